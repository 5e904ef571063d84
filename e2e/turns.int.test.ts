import { modelServer, ownerQuery, waitFor } from '@wbm/testkit';
import { expect, test } from 'vitest';
import { answersNumbered, shown } from './harness/model.ts';
import { startProduct } from './harness/product.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('seven messages in a burst, across a restart of ai-worker, get one answer', async () => {
  const model = await modelServer(answersNumbered(300));
  const product = await startProduct({ model });
  const bot = await product.bot({ id: 'burst', quietMs: 20_000, maxWaitMs: 60_000 });
  const customer = product.customer(bot.id, '+5511987650001');
  const pieces = [1, 2, 3, 4, 5, 6, 7].map((n) => `piece ${n} of seven`);
  const write = async (some: readonly string[]) => {
    for (const piece of some) {
      await customer.write(piece);
      await pause(800); // the customer types: this is the input, not a wait for an outcome
    }
  };

  await write(pieces.slice(0, 3));
  product.service('ai-worker').kill('SIGKILL');
  await Promise.all([product.start('ai-worker'), write(pieces.slice(3))]);
  await waitFor(async () => (await customer.received()).length > 0, { what: 'the answer', timeoutMs: 90_000 });
  // Whoever writes now is answered after whatever else was still to come.
  const another = product.customer(bot.id, '+5511987650005');
  await another.write('and I?');
  await waitFor(async () => (await another.received()).length > 0, { what: 'the next answer', timeoutMs: 90_000 });

  const whole = model.requests.filter((request) => !request.aborted && shown(request).includes('of seven'));
  expect(whole).toHaveLength(1);
  for (const request of whole) for (const piece of pieces) expect(shown(request)).toContain(piece);
  expect(await customer.received()).toHaveLength(1);
});

test('a customer who never stops writing is answered at the maximum wait', async () => {
  const [quietMs, maxWaitMs] = [15_000, 20_000];
  const model = await modelServer(answersNumbered());
  const product = await startProduct({ model });
  const bot = await product.bot({ id: 'chatter', quietMs, maxWaitMs });
  const customer = product.customer(bot.id, '+5511987650002');

  let written = 0;
  await waitFor(
    async () => {
      await customer.write(`and another thing ${++written}`);
      return (await customer.received()).length > 0;
    },
    { what: 'the answer', timeoutMs: 120_000, intervalMs: 700 },
  );
  // By the clock that decides: how long the first message had waited when it was answered, and how long it had been quiet.
  const [answer] = await ownerQuery(product.ownerUrl)<{ waited: number; quiet: number }>(
    `select extract(epoch from t.created_at - min(i.filed_at))::float * 1000 waited,
            extract(epoch from t.created_at - max(i.filed_at))::float * 1000 quiet
       from ai_turns t join inbound_messages i on i.lead_id = t.lead_id and i.filed_at <= t.created_at
      group by t.id order by t.id limit 1`,
  );
  expect(answer?.waited).toBeGreaterThanOrEqual(maxWaitMs);
  expect(answer?.quiet).toBeLessThan(quietMs);
});

test('the same customer on two bots is two conversations', async () => {
  const model = await modelServer(answersNumbered());
  const product = await startProduct({ model });
  const [one, two] = [await product.bot({ id: 'one', quietMs: 500 }), await product.bot({ id: 'two', quietMs: 500 })];
  const phone = '+5511987650003';
  const [toOne, toTwo] = [product.customer(one.id, phone), product.customer(two.id, phone)];
  await Promise.all([toOne.write('apples please'), toTwo.write('bananas please')]);
  await waitFor(async () => (await toOne.received()).length === 1 && (await toTwo.received()).length === 1, {
    what: 'both answers',
  });
  expect(model.requests).toHaveLength(2);
  for (const request of model.requests) {
    expect(shown(request).includes('apples please')).not.toBe(shown(request).includes('bananas please'));
  }
  expect(await product.admin.leads()).toHaveLength(2);
});

test('the same WhatsApp message delivered three times is stored once and answered once', async () => {
  const model = await modelServer(answersNumbered());
  const product = await startProduct({ model });
  const bot = await product.bot({ id: 'echo', quietMs: 1_000 });
  const customer = product.customer(bot.id, '+5511987650004');
  const posts = [];
  for (let n = 0; n < 3; n++) posts.push(await customer.write('hello there', { id: 'SAME-ID' }));
  expect(posts.map((post) => post.body.duplicate)).toEqual([false, true, true]);
  await waitFor(async () => (await customer.received()).length > 0, { what: 'the answer' });
  await customer.write('hello there', { id: 'SAME-ID' });
  // Whoever writes now is answered after whatever else was still to come.
  const another = product.customer(bot.id, '+5511987650006');
  await another.write('good evening');
  await waitFor(async () => (await another.received()).length > 0, { what: 'the next answer' });
  const leads = (await product.admin.leads()).filter((lead) => lead.whatsappNumber === customer.phone);
  expect(leads).toHaveLength(1);
  const stored = (await Promise.all(leads.map((lead) => product.admin.messages(lead.id)))).flat();
  expect(stored.filter((message) => message.sender === 'customer')).toHaveLength(1);
  expect(await customer.received()).toHaveLength(1);
  expect(model.requests.filter((request) => shown(request).includes('hello there'))).toHaveLength(1);
});
