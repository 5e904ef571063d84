import { modelServer, waitFor } from '@wbm/testkit';
import { expect, test } from 'vitest';
import { answersNumbered, shown } from './harness/model.ts';
import { startProduct } from './harness/product.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('seven messages within six seconds, across a restart of ai-worker, get one answer', async () => {
  const model = await modelServer(answersNumbered(300));
  const product = await startProduct({ model });
  const bot = await product.bot({ id: 'burst', quietMs: 4_000, maxWaitMs: 20_000 });
  const customer = product.customer(bot.id, '+5511987650001');

  for (let n = 1; n <= 7; n++) {
    await customer.write(`piece ${n} of seven`);
    if (n === 3) {
      product.service('ai-worker').kill('SIGKILL');
      void product.start('ai-worker');
    }
    await pause(800); // the customer types: this is the input, not a wait for an outcome
  }
  await waitFor(async () => (await customer.received()).length > 0, { what: 'the answer', timeoutMs: 30_000 });
  await waitFor(async () => product.service('ai-worker').isRunning(), { what: 'the new ai-worker' });
  await pause(6_000); // longer than the quiet time: whatever else was to come would have come

  const whole = model.requests.filter((request) => !request.aborted);
  expect(whole).toHaveLength(1);
  for (const request of whole) {
    for (let n = 1; n <= 7; n++) expect(shown(request)).toContain(`piece ${n} of seven`);
  }
  expect(await customer.received()).toHaveLength(1);
});

test('a customer who never stops writing is answered at the maximum wait', async () => {
  const model = await modelServer(answersNumbered());
  const product = await startProduct({ model });
  const bot = await product.bot({ id: 'chatter', quietMs: 2_000, maxWaitMs: 6_000 });
  const customer = product.customer(bot.id, '+5511987650002');

  const began = Date.now();
  let written = 0;
  while ((await customer.received()).length === 0 && Date.now() - began < 20_000) {
    await customer.write(`and another thing ${++written}`);
    await pause(700);
  }
  const waited = Date.now() - began;
  expect(waited).toBeGreaterThan(5_500);
  expect(waited).toBeLessThan(14_000);
  expect(written).toBeGreaterThan(6);
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
    timeoutMs: 20_000,
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
  await waitFor(async () => (await customer.received()).length > 0, { what: 'the answer', timeoutMs: 20_000 });
  await customer.write('hello there', { id: 'SAME-ID' });
  await pause(3_000);
  const leads = await product.admin.leads();
  expect(leads).toHaveLength(1);
  const stored = (await Promise.all(leads.map((lead) => product.admin.messages(lead.id)))).flat();
  expect(stored.filter((message) => message.sender === 'customer')).toHaveLength(1);
  expect(await customer.received()).toHaveLength(1);
  expect(model.requests).toHaveLength(1);
});
