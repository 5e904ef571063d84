import { findChromium } from '@wbm/chromium';
import { openWhatsAppWeb, type WhatsAppWeb } from '@wbm/testkit';
import { beforeAll, expect, test } from 'vitest';
import { inEachLookHere, openPages, type Pages, type Visitor } from './harness/pages.ts';

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
}, 150_000);
