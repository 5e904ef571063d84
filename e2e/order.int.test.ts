import { modelServer, waitFor } from '@wbm/testkit';
import { expect, test } from 'vitest';
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
  await Promise.all(
    customers.map(async (customer) => {
      for (const piece of pieces) expect((await customer.write(piece)).status).toBe(201);
    }),
  );
  const chats = await waitFor(
    async () => {
      const leads = await product.admin.leads('?limit=200');
      const all = await Promise.all(leads.map((lead) => product.admin.messages(lead.id)));
      const written = all.map((chat) =>
        chat.filter((message) => message.sender === 'customer').map((message) => message.text),
      );
      return written.length === 50 && written.every((texts) => texts.length === 7) && written;
    },
    { what: 'all 350 messages', timeoutMs: 60_000, intervalMs: 300 },
  );
  for (const texts of chats) expect(texts).toEqual(pieces);
});
