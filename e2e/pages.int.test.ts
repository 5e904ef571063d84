import { waitFor } from '@wbm/testkit';
import { beforeAll, expect, test } from 'vitest';
import { inEachLook, openPages, type Pages } from './harness/pages.ts';

let pages: Pages;

beforeAll(async () => {
  pages = await openPages();
}, 90_000);

test('a newcomer scans, chats as a customer, sees the lead qualify, claims it, answers, and the phone has the answer', async () => {
  const { page: admin, context: adminContext } = await pages.visit(pages.links.admin);
  await admin.getByRole('link', { name: 'Sandbox' }).first().click();
  await admin.getByRole('button', { name: 'Scan with the simulated phone' }).click();
  await admin.getByText('Ready', { exact: true }).first().waitFor();
  const write = async (text: string) => {
    await admin.getByPlaceholder('Write as Ana Souza').fill(text);
    await admin.keyboard.press('Enter');
  };
  const chat = admin.getByRole('log').or(admin.getByLabel('Chat on the simulated phone')).first();
  const answers = () => chat.getByText('Business:').count();
  await write('Hi! How much is a city bike?');
  await waitFor(async () => (await answers()) >= 1, { what: 'the first answer', timeoutMs: 20_000 });
  await write('I am Ana Souza, from Campinas');
  await write('my e-mail is ana.souza@example.com');
  await waitFor(async () => (await answers()) >= 2, { what: 'the second answer', timeoutMs: 20_000 });
  await inEachLook(admin, adminContext, 'sandbox');

  const { page: vendor, context: vendorContext } = await pages.visit(pages.links.vendor);
  await vendor.getByText('Ana Souza').first().click();
  await vendor.getByRole('button', { name: 'Claim lead' }).first().click();
  const reply = vendor.getByPlaceholder('Write a reply').or(vendor.getByLabel('Write a reply')).first();
  await reply.waitFor();
  await reply.fill('Hello Ana, Val here. I put one aside for you.');
  await vendor.keyboard.press('Enter');
  await chat.getByText('I put one aside for you.').waitFor({ timeout: 15_000 });
  await inEachLook(vendor, vendorContext, 'sales');

  const before = await answers();
  await write('Lovely, see you tomorrow');
  await vendor.getByText('Lovely, see you tomorrow').first().waitFor({ timeout: 15_000 });
  expect(await answers()).toBe(before);

  await admin.goto(pages.stack.baseUrl);
  await admin.getByText('Demo bot').first().waitFor();
  await inEachLook(admin, adminContext, 'overview');
  expect(pages.faults).toEqual([]);
}, 240_000);

test('who is not signed in is told how to', async () => {
  const { page, context } = await pages.visit(pages.stack.baseUrl);
  await page.getByText('npm run links').first().waitFor();
  await inEachLook(page, context, 'login');
});
