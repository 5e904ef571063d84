import { modelServer, ownerQuery, waitFor } from '@wbm/testkit';
import { expect, test } from 'vitest';
import { accepted } from './harness/accepted.ts';
import { answersNumbered } from './harness/model.ts';
import { startProduct } from './harness/product.ts';

test('bursts of seven in fifty chats are stored in the order they were written', async () => {
  const model = await modelServer(answersNumbered());
  const product = await startProduct({ model });
  const bot = await product.bot({ id: 'orderly', quietMs: 3_000 });
  const customers = Array.from({ length: 50 }, (_, n) =>
    product.customer(bot.id, `+55119876504${n.toString().padStart(2, '0')}`),
  );
  const pieces = [1, 2, 3, 4, 5, 6, 7].map((n) => `piece ${n}`);
  // Fifty at once are more than the gateway has connections for.
  await Promise.all(
    customers.map(async (customer) => {
      for (const [n, piece] of pieces.entries()) {
        const id = `${customer.phone.slice(1)}-${n}`;
        const { status } = await accepted(`${piece} to be accepted`, () => customer.write(piece, { id }));
        expect(status).toBeLessThan(300);
      }
    }),
  );
  const query = ownerQuery(product.ownerUrl);
  const filed = "select 1 from lead_messages where sender = 'customer'";
  await waitFor(async () => (await query(filed)).length >= 350, {
    what: 'all 350 messages',
    timeoutMs: 120_000,
    intervalMs: 300,
  });
  const leads = await product.admin.leads('?limit=200');
  expect(leads).toHaveLength(50);
  for (const lead of leads) {
    const chat = await product.admin.messages(lead.id);
    expect(chat.filter((message) => message.sender === 'customer').map((message) => message.text)).toEqual(pieces);
  }
}, 600_000);
