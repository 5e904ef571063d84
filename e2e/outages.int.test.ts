import type { MessageView } from '@wbm/contracts';
import { modelServer, ownerQuery, ownPostgres, ownRedis, waitFor } from '@wbm/testkit';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { answersNumbered } from './harness/model.ts';
import { type Product, startProduct } from './harness/product.ts';

const flush = async (url: string): Promise<void> => {
  const redis = new Redis(url);
  await redis.flushall();
  await redis.quit();
};

const reached = (message: MessageView | undefined): boolean =>
  message !== undefined && ['sent', 'delivered', 'read'].includes(message.status);

/** Whether all of these texts of a customer were filed, and an answer came after them. */
const settled = (chat: readonly MessageView[], texts: number): boolean =>
  chat.filter((message) => message.sender === 'customer').length >= texts &&
  chat.at(-1)?.sender === 'bot' &&
  reached(chat.at(-1));

/** How often an engine was started for a bot. */
const starts = (product: Product): number =>
  product.runners.flatMap((runner) => runner.logs).filter((line) => line.event === 'engine.started').length;

test('Redis flushed, then frozen for ten seconds, in the middle of conversations loses nothing and restarts no bot', async () => {
  const redis = await ownRedis();
  const model = await modelServer(answersNumbered(500));
  // A lease that is lost because the machine is busy is no matter of Redis.
  const product = await startProduct({ model, redisUrl: redis.url, env: { LEASE_MS: '20000' } });
  const query = ownerQuery(product.ownerUrl);
  const leaseEnd = async () => Number((await query<{ until: Date }>('select until from runners'))[0]?.until);
  const bot = await product.bot({ id: 'steady', quietMs: 1_500, maxWaitMs: 8_000 });
  const customers = Array.from({ length: 8 }, (_, n) =>
    product.customer(bot.id, `+55119876502${n.toString().padStart(2, '0')}`),
  );
  const allAnswered = (times: number) => async () =>
    (await Promise.all(customers.map((customer) => customer.received()))).every(
      (received) => received.length === times,
    );

  await Promise.all(customers.map((customer) => customer.write('first question')));
  await flush(redis.url);
  await waitFor(allAnswered(1), { what: 'all first answers', timeoutMs: 120_000, intervalMs: 200 });

  await Promise.all(customers.map((customer) => customer.write('second question')));
  redis.freeze();
  const written = await Promise.all(customers.map((customer) => customer.write('one more thing')));
  expect(written.map((answer) => answer.status)).toEqual(customers.map(() => 201));
  const before = await leaseEnd();
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  await waitFor(async () => (await leaseEnd()) > before, { what: 'the lease to be renewed while Redis is frozen' });
  redis.thaw();
  // Whether the two messages get one answer or one each depends on which of them was filed before the freeze.
  const chats = await waitFor(
    async () => {
      const all = await Promise.all((await product.admin.leads()).map((lead) => product.admin.messages(lead.id)));
      return all.length === customers.length && all.every((chat) => settled(chat, 3)) && all;
    },
    { what: 'every message to be filed and answered', timeoutMs: 120_000, intervalMs: 200 },
  );
  for (const chat of chats) {
    const texts = chat.filter((message) => message.sender === 'customer').map((message) => message.text);
    expect(texts).toEqual(['first question', 'second question', 'one more thing']);
    const answers = chat.filter((message) => message.sender === 'bot');
    expect(answers.length).toBeGreaterThanOrEqual(2);
    expect(answers.length).toBeLessThanOrEqual(texts.length);
    expect(new Set(answers.map((message) => message.text)).size).toBe(answers.length);
  }
  for (const customer of customers) {
    const received = await customer.received();
    expect(new Set(received).size).toBe(received.length);
  }
  expect(starts(product)).toBe(1);
});

test('Postgres restarted under traffic loses nothing', async () => {
  const postgres = await ownPostgres();
  const model = await modelServer(answersNumbered());
  const product = await startProduct({ model, database: postgres });
  const bot = await product.bot({ id: 'rock', quietMs: 700, maxWaitMs: 4_000 });
  const customers = Array.from({ length: 6 }, (_, n) =>
    product.customer(bot.id, `+55119876503${n.toString().padStart(2, '0')}`),
  );

  // Each customer goes on until the product has accepted all six messages: a refused write is told, so it is written again.
  const traffic = Promise.all(
    customers.map(async (customer) => {
      for (let n = 1; n <= 6; n++) {
        await waitFor(
          async () => (await customer.write(`message ${n}`, { id: `${customer.phone.slice(1)}-${n}` })).status < 300,
          {
            what: `message ${n} to be accepted`,
            timeoutMs: 120_000,
            intervalMs: 200,
          },
        );
        await new Promise((resolve) => setTimeout(resolve, 400));
      }
    }),
  );
  await waitFor(async () => (await product.admin.leads()).length > 0, { what: 'traffic to flow' });
  await postgres.stop();
  await postgres.start();
  await traffic;

  await waitFor(
    async () => {
      const leads = await product.admin.leads();
      const chats = await Promise.all(leads.map((lead) => product.admin.messages(lead.id)));
      return chats.length === customers.length && chats.every((chat) => settled(chat, 6));
    },
    { what: 'every message to be filed and answered', timeoutMs: 120_000, intervalMs: 300 },
  );
  const leads = await product.admin.leads();
  for (const lead of leads) {
    const texts = (await product.admin.messages(lead.id))
      .filter((message) => message.sender === 'customer')
      .map((message) => message.text);
    expect(texts).toEqual([1, 2, 3, 4, 5, 6].map((n) => `message ${n}`));
  }
});
