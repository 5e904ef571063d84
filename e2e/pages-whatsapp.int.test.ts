import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findChromium } from '@wbm/chromium';
import type { BotView } from '@wbm/contracts';
import { heldLock, openWhatsAppWeb, type WhatsAppWeb, waitFor } from '@wbm/testkit';
import { beforeAll, expect, test } from 'vitest';
import { aPicture, aVoice } from './harness/files.ts';
import { inEachLook, inEachLookHere, inspect, notified, openPages, type Pages, type Visitor } from './harness/pages.ts';

const NUMBER = '+15550100007';

let web: WhatsAppWeb;
let pages: Pages;
let admin: Visitor['page'];
let vendor: Visitor;

const card = () => admin.getByLabel('Bicycle shop', { exact: true });
const chat = () => vendor.page.getByRole('log', { name: 'Conversation' });

/** As the gateway tells an admin. */
async function bicycleShop(): Promise<BotView | undefined> {
  const bots = await admin.evaluate("fetch('/api/bots').then((answer) => answer.json())");
  return (bots as { items: BotView[] }).items.find(({ name }) => name === 'Bicycle shop');
}

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
});

/** Large files are chosen from the disk: handed to the browser as bytes, they take a busy machine minutes. */
async function onDisk(name: string, bytes: Buffer): Promise<string> {
  const path = join(pages.stack.dataDir, name);
  await writeFile(path, bytes);
  return path;
}

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

test('an admin creates a bot on WhatsApp, sees its QR code, and links it by a code instead', async () => {
  await web.behave({ refLivesMs: 20_000 });
  await admin.getByRole('button', { name: 'New bot' }).first().click();
  await admin.getByLabel('Name', { exact: true }).fill('Bicycle shop');
  await admin.getByRole('button', { name: 'Shop', exact: true }).click();
  await admin.getByRole('radio', { name: /^WhatsApp/ }).check();
  await inEachLookHere(admin, 'new-bot');
  await admin.getByRole('button', { name: 'Create and start' }).click();

  const dialog = admin.getByRole('dialog', { name: 'Link Bicycle shop to its phone' });
  await dialog.getByRole('img', { name: 'QR code that links Bicycle shop' }).waitFor();
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
  await shown.waitFor();
  const code = (await shown.textContent()) ?? '';
  expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  await inEachLookHere(admin, 'link-code');

  const phone = web.phone(NUMBER);
  phone
    .customer({ phone: '+5511987650009', name: 'Bea Prado', mustWriteFirst: true })
    .history([{ from: 'business', content: 'Hello Bea, our catalogue is out', at: daysAgo(2) }]);
  phone.enterCode(code.replace('-', ''));
  await dialog.waitFor({ state: 'hidden' });
  await card().getByText('Ready', { exact: true }).waitFor();
  await card().getByText(NUMBER).waitFor();
  await notified(admin, 'Bicycle shop: Read 1 chat, 1 message while away');
  await card().getByText('Read 1 chat, 1 message while away').waitFor();
  expect(pages.faults).toEqual([]);
}, 1_200_000);

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
  vendor = await pages.visit(pages.links.vendor);
  const { page, context } = vendor;
  await page.getByRole('tab', { name: /^All/ }).click();
  await page.getByText('Ana Souza').first().click();
  await chat().getByText('never mind this').waitFor();
  ana.edits(wrong.id, 'My e-mail is ana@example.com');
  ana.revokes(silly.id);
  await chat().getByText('My e-mail is ana@example.com').waitFor();
  await chat().getByText('This message was deleted').waitFor();
  await chat().getByText('edited').waitFor();
  const picture = chat().getByRole('button', { name: 'Open large: Picture' });
  await picture.waitFor();
  const gone = chat().getByText('WhatsApp no longer has this file.');
  await gone.waitFor();
  // Nobody fetches while the bot's row is held, so that there is time to see that it waits.
  const release = await heldLock(pages.stack.ownerUrl, 'select 1 from bots for no key update');
  await chat().getByRole('button', { name: 'Try again' }).click();
  await chat().getByText('Still being fetched from WhatsApp').waitFor();
  await release();
  await gone.waitFor();
  await chat()
    .getByRole('link', { name: /^Download order\.pdf/ })
    .waitFor();
  await chat().getByText('Bruno Lima').waitFor();

  await page.getByRole('button', { name: 'Claim lead' }).first().click();
  const reply = page.getByLabel('Write a reply');
  await reply.waitFor();
  await page.locator('input[type=file]').setInputFiles(await onDisk('clip.mp4', Buffer.alloc(17 * 1024 * 1024)));
  await page.getByText('Large: goes as a document').waitFor();
  await page.getByRole('button', { name: 'Remove clip.mp4' }).click();
  await page
    .locator('input[type=file]')
    .setInputFiles([await onDisk('offer.png', aPicture()), await onDisk('film.mp4', Buffer.alloc(33 * 1024 * 1024))]);
  await page.getByText('film.mp4 is too large').waitFor();
  await page.getByPlaceholder('Add a caption').fill('This is the one, 450 euros');
  await inEachLookHere(page, 'composer-files');
  await page.keyboard.press('Enter');
  await waitFor(async () => ana.received.find(({ media }) => media?.mimetype === 'image/png'), {
    what: 'the picture to arrive',
  });
  const offer = ana.received.find(({ media }) => media !== null);
  expect(offer).toMatchObject({ text: 'This is the one, 450 euros' });
  ana.reacts(offer?.id ?? '', '❤️');
  await chat().getByRole('img', { name: 'The customer reacted with ❤️' }).waitFor();
  await inEachLook(page, context, 'conversation-files');

  await picture.first().click();
  const window = page.getByRole('dialog', { name: 'Picture' });
  await window.waitFor();
  await inspect(page, 'picture-light');
  await page.keyboard.press('Escape');
  await window.waitFor({ state: 'hidden' });
  expect(pages.faults).toEqual([]);
}, 1_200_000);

test('what WhatsApp refuses and what a session cannot do is said, and text goes on', async () => {
  const { page } = vendor;
  await page.getByText('+5511987650009').first().click();
  await chat().getByText('Hello Bea, our catalogue is out').waitFor();
  await page.getByRole('button', { name: 'Claim lead' }).first().click();
  await page.getByLabel('Write a reply').fill('Did you see it?');
  await page.keyboard.press('Enter');
  await page.getByText('WhatsApp takes nothing for this person until they write.').waitFor();
  await inEachLook(page, vendor.context, 'write-first');

  const { device } = web.phone(NUMBER);
  await device.behave({ missing: ['WAWebMediaMmsV4Upload', 'WAWebDownloadManager'] });
  await card().getByRole('button', { name: 'Restart' }).click();
  await card().getByText('Some of it is switched off').waitFor();
  await inEachLookHere(admin, 'switched-off');
  await card().getByText('Why', { exact: true }).click();
  await card().getByText('WhatsApp Web has changed how files are sent.').waitFor();
  await page.getByText('Ana Souza').first().click();
  await page.getByText('Files can neither be fetched nor sent at the moment.').waitFor();
  expect(await page.getByRole('button', { name: 'Attach files' }).count()).toBe(0);
  await page.getByLabel('Write a reply').fill('You can come by any time');
  await page.keyboard.press('Enter');
  const ana = web.phone(NUMBER).customer({ phone: '+5511987650001', name: 'Ana Souza' });
  await waitFor(async () => ana.received.some(({ text }) => text === 'You can come by any time'), {
    what: 'the text to arrive',
  });
  await device.behave({ missing: [] });
  // What is missing is looked for once a minute.
  await card().getByText('Some of it is switched off').waitFor({ state: 'hidden', timeout: 180_000 });
  expect(pages.faults).toEqual([]);
}, 1_200_000);

test('an admin tests the bot, and sets what it does after an absence and how much it sends', async () => {
  await card().getByRole('button', { name: 'More' }).click();
  await admin.getByRole('menuitem', { name: 'Test with its own number' }).click();
  await card().getByText('Test: text arrived').waitFor();
  await card().getByText('Test: picture arrived').waitFor();
  await inEachLookHere(admin, 'bots');

  await card().getByRole('button', { name: 'Settings' }).click();
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
  // What was set under the other subject is still there, and saved by itself; what is not saved yet keeps the window open.
  await dialog.getByRole('tab', { name: 'After an absence' }).click();
  await dialog.getByRole('button', { name: 'Save' }).locator('visible=true').click();
  await notified(admin, 'Saved');
  expect(await bicycleShop()).toMatchObject({ answerAgeMs: 3 * 3_600_000, historyCapture: false, sendPerMinute: null });
  // Nobody else changed anything: what was saved here is no reason to refuse the rest.
  await dialog.getByRole('tab', { name: 'Sending' }).click();
  expect(await perMinute.inputValue()).toBe('20');
  await dialog.getByRole('button', { name: 'Save' }).locator('visible=true').click();
  await dialog.waitFor({ state: 'hidden' });
  expect(await bicycleShop()).toMatchObject({ sendPerMinute: 20 });
  await card().getByRole('button', { name: 'Settings' }).click();
  await dialog.getByRole('tab', { name: 'After an absence' }).click();
  expect(await dialog.getByLabel('Answer what was missed').inputValue()).toBe(String(3 * 3_600_000));
  expect(await dialog.getByLabel('Read facts from history').getAttribute('aria-checked')).toBe('false');

  // Somebody else is faster: that is said, what they set comes in, and what was typed stays.
  await dialog.getByRole('tab', { name: 'Sending' }).click();
  await dialog.getByLabel('Messages a day').fill('300');
  await admin.evaluate(`(async () => {
    const { items } = await (await fetch('/api/bots')).json();
    const { id, version } = items.find(({ name }) => name === 'Bicycle shop');
    const headers = { 'content-type': 'application/json' };
    await fetch('/api/bots/' + id, { method: 'PATCH', headers, body: JSON.stringify({ sendPerMinute: 30, version }) });
  })()`);
  await dialog.getByRole('button', { name: 'Save' }).locator('visible=true').click();
  await dialog.getByText('Somebody else changed these settings').waitFor();
  await inspect(admin, 'settings-stale-light');
  await dialog.getByRole('button', { name: 'Load current settings' }).click();
  expect(await perMinute.inputValue()).toBe('30');
  expect(await dialog.getByLabel('Messages a day').inputValue()).toBe('300');
  await dialog.getByRole('button', { name: 'Save' }).locator('visible=true').click();
  await dialog.waitFor({ state: 'hidden' });
  expect(await bicycleShop()).toMatchObject({ sendPerMinute: 30, sendPerDay: 300, historyCapture: false });
  // The browser itself notes that the first saving was refused.
  const refused = pages.faults.filter((fault) => fault.includes('409'));
  expect(refused).toHaveLength(1);

  // A code that lives on for as long as it takes to scan it.
  await web.behave({ passkey: true, refLivesMs: 600_000 });
  await card().getByRole('button', { name: 'More' }).click();
  await admin.getByRole('menuitem', { name: 'Log out' }).click();
  await admin.getByRole('dialog', { name: 'Log Bicycle shop out?' }).getByRole('button', { name: 'Log out' }).click();
  await card().getByText('Needs a scan').waitFor();

  await card().getByRole('button', { name: 'Link a phone' }).click();
  const linking = admin.getByRole('dialog', { name: 'Link Bicycle shop to its phone' });
  await linking.getByRole('img', { name: 'QR code that links Bicycle shop' }).waitFor();
  const qr = (await bicycleShop())?.qr ?? '';
  expect(() => web.phone(NUMBER).scan(qr)).toThrow(/passkey/);
  await linking.getByText('WhatsApp wants to be sure that it is you.').waitFor();
  await inEachLookHere(admin, 'link-passkey');
  await web.behave({ passkey: false });
  await linking.getByRole('button', { name: 'Begin again' }).click();
  await linking.getByRole('img', { name: 'QR code that links Bicycle shop' }).waitFor();
  expect(pages.faults).toEqual(refused);
}, 1_200_000);
