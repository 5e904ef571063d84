import { ownerQuery, waitFor } from '@wbm/testkit';
import { beforeAll, expect, test } from 'vitest';
import { aPicture } from './harness/files.ts';
import { inEachLook, openPages, type Pages, type Visitor } from './harness/pages.ts';

let pages: Pages;
let admin: Visitor;
let vendor: Visitor;

beforeAll(async () => {
  pages = await openPages();
});

const phone = () => admin.page.getByRole('log', { name: 'Chat on the simulated phone' });
const answers = () => phone().getByText('Business:').count();

async function write(text: string): Promise<void> {
  await admin.page.getByPlaceholder('Write as Ana Souza').fill(text);
  await admin.page.keyboard.press('Enter');
}

test('a newcomer scans, chats as a customer, sees the lead qualify, claims it, answers, and the phone has the answer', async () => {
  admin = await pages.visit(pages.links.admin);
  await admin.page.getByRole('link', { name: 'Sandbox' }).first().click();
  await admin.page.getByRole('button', { name: 'Scan with the simulated phone' }).click();
  await admin.page.getByText('Ready', { exact: true }).first().waitFor();
  await write('Hi! How much is a city bike?');
  await waitFor(async () => (await answers()) >= 1, { what: 'the first answer' });
  await write('I am Ana Souza, from Campinas');
  await write('my e-mail is ana.souza@example.com');
  await waitFor(async () => (await answers()) >= 2, { what: 'the second answer' });
  await inEachLook(admin.page, admin.context, 'sandbox');

  vendor = await pages.visit(pages.links.vendor);
  await vendor.page.getByText('Ana Souza').first().click();
  await vendor.page.getByRole('button', { name: 'Claim lead' }).first().click();
  const reply = vendor.page.getByLabel('Write a reply');
  await reply.waitFor();
  await reply.fill('Hello Ana, Val here. I put one aside for you.');
  await vendor.page.keyboard.press('Enter');
  await phone().getByText('I put one aside for you.').waitFor();
  await inEachLook(vendor.page, vendor.context, 'sales');

  const before = await answers();
  await write('Lovely, see you tomorrow');
  await vendor.page.getByText('Lovely, see you tomorrow').first().waitFor();
  // The bot reads it, for what it says of the customer, and answers nothing.
  const query = ownerQuery(pages.stack.ownerUrl);
  const read = `from ai_turns t join lead_messages m on m.lead_id = t.lead_id and m.seq <= t.upto_seq
    where m.message = 'Lovely, see you tomorrow' and t.delivered_at is not null`;
  await waitFor(async () => (await query(`select 1 ${read}`)).length > 0, { what: 'the bot to have read it' });
  expect(await query(`select 1 from lead_messages a where a.turn_id in (select t.id ${read})`)).toEqual([]);
  expect(await answers()).toBe(before);
  expect(pages.faults).toEqual([]);
}, 900_000);

test('files go both ways, and what a customer edits, deletes and reacts to is seen where it is sold', async () => {
  const chat = vendor.page.getByRole('log', { name: 'Conversation' });
  const menuOf = (text: string) =>
    phone().locator('.group', { hasText: text }).getByRole('button', { name: 'What to do with this message' });
  await admin.page.locator('input[type=file]').setInputFiles([
    { name: 'my-bike.png', mimeType: 'image/png', buffer: aPicture() },
    { name: 'nothing.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
  ]);
  await admin.page.getByText('nothing.txt is empty.').waitFor();
  await admin.page.getByRole('button', { name: 'Close' }).click();
  await write('This is my old one');
  await phone().getByRole('button', { name: 'Open large: my-bike.png' }).waitFor();
  await chat.getByRole('button', { name: 'Open large: my-bike.png' }).waitFor();

  await vendor.page.locator('input[type=file]').setInputFiles({
    name: 'offer.pdf',
    mimeType: 'application/pdf',
    buffer: Buffer.from('%PDF-1.4 an offer'),
  });
  await vendor.page.getByPlaceholder('Add a caption').fill('Here is the offer');
  await vendor.page.keyboard.press('Enter');
  await phone()
    .getByRole('link', { name: /^Download offer\.pdf/ })
    .waitFor();

  await menuOf('Lovely, see you tomorrow').click();
  await admin.page.getByRole('menuitem', { name: 'Edit' }).click();
  await admin.page.getByRole('textbox', { name: 'Edit the message' }).fill('Lovely, see you on Friday');
  await admin.page.keyboard.press('Enter');
  await chat.getByText('Lovely, see you on Friday').waitFor();
  await chat.getByText('edited').waitFor();
  await write('forget what I said');
  await chat.getByText('forget what I said').waitFor();
  await menuOf('forget what I said').click();
  await admin.page.getByRole('menuitem', { name: 'Delete for everyone' }).click();
  await chat.getByText('This message was deleted').waitFor();
  await menuOf('Here is the offer').click();
  await admin.page.getByRole('menuitem', { name: 'React with ❤️' }).click();
  await chat.getByRole('img', { name: 'The customer reacted with ❤️' }).waitFor();
  await admin.page.getByPlaceholder('Write as Ana Souza').focus();
  await inEachLook(admin.page, admin.context, 'sandbox-files');
  await inEachLook(vendor.page, vendor.context, 'sales-files');

  await admin.page.goto(`${pages.stack.baseUrl}/?tab=all`);
  await admin.page.getByText('Demo bot').first().waitFor();
  await inEachLook(admin.page, admin.context, 'overview');
  expect(pages.faults).toEqual([]);
}, 900_000);

test('who is not signed in is told how to', async () => {
  const { page, context } = await pages.visit(pages.stack.baseUrl);
  await page.getByText('npm run links').first().waitFor();
  await inEachLook(page, context, 'login');
});
