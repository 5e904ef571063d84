import { findChromium } from '@wbm/chromium';
import { openWhatsAppWeb, type WhatsAppWeb, waitFor } from '@wbm/testkit';
import { beforeAll, expect, test } from 'vitest';
import { aPicture, aVoice } from './harness/files.ts';
import { inEachLook, inEachLookHere, inspect, openPages, type Pages, type Visitor } from './harness/pages.ts';

const NUMBER = '+15550100007';

let web: WhatsAppWeb;
let pages: Pages;
let admin: Visitor['page'];

beforeAll(async () => {
  web = await openWhatsAppWeb();
  pages = await openPages({
    WWEBJS_WEB_VERSION: web.version,
    WWEBJS_WEB_VERSION_CACHE: web.cachePath,
    WWEBJS_EXTRA_BROWSER_FLAGS: web.browserArgs.join('\n'),
    // The tests' own Chromium is a whole one; a bot prefers a headless shell where there is one.
    ...(findChromium(null) ? { CHROMIUM_PATH: '' } : {}),
  });
  ({ page: admin } = await pages.visit(pages.links.admin));
}, 120_000);

test('an admin creates a bot on WhatsApp, sees its QR code, and links it by a code instead', async () => {
  await web.behave({ refLivesMs: 20_000 });
  await admin.getByRole('button', { name: 'New bot' }).first().click();
  await admin.getByLabel('Name', { exact: true }).fill('Bicycle shop');
  await admin.getByRole('button', { name: 'Shop', exact: true }).click();
  await admin.getByRole('radio', { name: /^WhatsApp/ }).check();
  await inEachLookHere(admin, 'new-bot');
  await admin.getByRole('button', { name: 'Create and start' }).click();

  const dialog = admin.getByRole('dialog', { name: 'Link Bicycle shop to its phone' });
  await dialog.getByText('WhatsApp Web is opening').waitFor();
  await dialog.getByRole('img', { name: 'QR code that links Bicycle shop' }).waitFor({ timeout: 40_000 });
  await dialog.getByText(/Renews itself in \d+ seconds/).waitFor();
  await inEachLookHere(admin, 'link-scan');

  await dialog.getByRole('tab', { name: 'Type a code instead' }).click();
  const number = dialog.getByLabel('Number of the phone to link');
  await number.fill('12');
  await dialog.getByRole('button', { name: 'Get a code' }).click();
  await dialog.getByText('A number has 6 to 15 digits').waitFor();
  expect(await number.inputValue()).toBe('12');
  await number.fill('1 (555) 010-0007');
  await dialog.getByRole('button', { name: 'Get a code' }).click();
  const shown = dialog.getByLabel('Pairing code');
  await shown.waitFor({ timeout: 40_000 });
  const code = (await shown.textContent()) ?? '';
  expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  await inEachLookHere(admin, 'link-code');

  web.phone(NUMBER).enterCode(code.replace('-', ''));
  await dialog.waitFor({ state: 'hidden', timeout: 40_000 });
  const card = admin.getByLabel('Bicycle shop', { exact: true });
  await card.getByText('Ready', { exact: true }).waitFor();
  await card.getByText(NUMBER).waitFor();
  expect(pages.faults).toEqual([]);
}, 240_000);

test('what a customer sends is shown as what it is, and what a vendor sends arrives with its file', async () => {
  const phone = web.phone(NUMBER);
  const ana = phone.customer({ phone: '+5511987650001', name: 'Ana Souza' });
  ana.writes('Hi! Is this one still there?');
  ana.writes({ media: 'image', bytes: aPicture(), mimetype: 'image/png', caption: 'the blue one' });
  ana.writes({
    media: 'document',
    bytes: Buffer.from('%PDF-1.4 an order'),
    mimetype: 'application/pdf',
    filename: 'order.pdf',
  });
  ana.writes({ media: 'voice', bytes: aVoice(), mimetype: 'audio/ogg; codecs=opus', seconds: 7 });
  ana.writes({ media: 'image', bytes: aPicture(), mimetype: 'image/png', gone: true });
  ana.writes({ location: { latitude: -22.9056, longitude: -47.0608, name: 'Campinas' } });
  ana.writes({ contacts: [{ name: 'Bruno Lima', phone: '+5511987650002' }] });
  const wrong = ana.writes('My number is 123');
  const silly = ana.writes('never mind this');
  const { page: vendor, context } = await pages.visit(pages.links.vendor);
  await vendor.getByRole('tab', { name: /^All/ }).click();
  await vendor.getByText('Ana Souza').first().click({ timeout: 30_000 });
  const chat = vendor.getByRole('log', { name: 'Conversation' });
  await chat.getByText('never mind this').waitFor({ timeout: 30_000 });
  ana.edits(wrong.id, 'My e-mail is ana@example.com');
  ana.revokes(silly.id);
  await chat.getByText('My e-mail is ana@example.com').waitFor({ timeout: 15_000 });
  await chat.getByText('This message was deleted').waitFor({ timeout: 15_000 });
  await chat.getByText('edited').waitFor();
  const picture = chat.getByRole('button', { name: 'Open large: Picture' });
  await picture.waitFor({ timeout: 30_000 });
  await chat.getByText('WhatsApp no longer has this file.').waitFor({ timeout: 30_000 });
  await chat.getByRole('link', { name: /^Download order\.pdf/ }).waitFor();
  await chat.getByText('Bruno Lima').waitFor();

  await vendor.getByRole('button', { name: 'Claim lead' }).first().click();
  const reply = vendor.getByLabel('Write a reply');
  await reply.waitFor();
  await vendor.locator('input[type=file]').setInputFiles([
    { name: 'offer.png', mimeType: 'image/png', buffer: aPicture() },
    { name: 'film.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(17 * 1024 * 1024) },
  ]);
  await vendor.getByText('film.mp4 is too large').waitFor();
  await vendor.getByPlaceholder('Add a caption').fill('This is the one, 450 euros');
  await inEachLookHere(vendor, 'composer-files');
  await vendor.keyboard.press('Enter');
  await waitFor(async () => ana.received.find(({ media }) => media?.mimetype === 'image/png'), {
    what: 'the picture to arrive',
    timeoutMs: 30_000,
  });
  const offer = ana.received.find(({ media }) => media !== null);
  expect(offer).toMatchObject({ text: 'This is the one, 450 euros' });
  ana.reacts(offer?.id ?? '', '❤️');
  await chat.getByRole('img', { name: 'The customer reacted with ❤️' }).waitFor({ timeout: 15_000 });
  await inEachLook(vendor, context, 'conversation-files');

  await picture.first().click();
  const window = vendor.getByRole('dialog', { name: 'Picture' });
  await window.waitFor();
  await inspect(vendor, 'picture-light');
  await vendor.keyboard.press('Escape');
  await window.waitFor({ state: 'hidden' });
  expect(pages.faults).toEqual([]);
}, 240_000);

test('an admin tests the bot, and sets what it does after an absence and how much it sends', async () => {
  const card = admin.getByLabel('Bicycle shop', { exact: true });
  await card.getByRole('button', { name: 'More' }).click();
  await admin.getByRole('menuitem', { name: 'Test with its own number' }).click();
  await card.getByText('Test: text arrived').waitFor({ timeout: 30_000 });
  await card.getByText('Test: picture arrived').waitFor();
  await inEachLookHere(admin, 'bots');

  await card.getByRole('button', { name: 'Settings' }).click();
  const dialog = admin.getByRole('dialog', { name: 'Settings of Bicycle shop' });
  await dialog.getByRole('tab', { name: 'After an absence' }).click();
  await dialog.getByLabel('Answer what was missed').selectOption({ label: 'Up to 3 hours old' });
  await dialog.getByLabel('Read facts from history').click();
  await inEachLookHere(admin, 'settings-absence');
  await dialog.getByRole('tab', { name: 'Sending' }).click();
  const perMinute = dialog.getByLabel('Messages a minute');
  await perMinute.fill('99');
  await dialog.getByRole('button', { name: 'Save' }).locator('visible=true').click();
  await dialog.getByText('A whole number from 1 to 60, or nothing.').waitFor();
  expect(await perMinute.inputValue()).toBe('99');
  await perMinute.fill('20');
  await inEachLookHere(admin, 'settings-sending');
  // What was set under the other subject is still there, and saved by itself.
  await dialog.getByRole('tab', { name: 'After an absence' }).click();
  await dialog.getByRole('button', { name: 'Save' }).locator('visible=true').click();
  await dialog.waitFor({ state: 'hidden' });
  await card.getByRole('button', { name: 'Settings' }).click();
  await dialog.getByRole('tab', { name: 'After an absence' }).click();
  expect(await dialog.getByLabel('Answer what was missed').inputValue()).toBe(String(3 * 3_600_000));
  expect(await dialog.getByLabel('Read facts from history').getAttribute('aria-checked')).toBe('false');
  await dialog.getByRole('button', { name: 'Close' }).click();

  await card.getByRole('button', { name: 'More' }).click();
  await admin.getByRole('menuitem', { name: 'Log out' }).click();
  await admin.getByRole('dialog', { name: 'Log Bicycle shop out?' }).getByRole('button', { name: 'Log out' }).click();
  await card.getByText('Needs a scan').waitFor({ timeout: 40_000 });
  expect(pages.faults).toEqual([]);
}, 240_000);
