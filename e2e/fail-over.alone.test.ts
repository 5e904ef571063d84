import { modelServer, ownerQuery, type RunningService, waitFor } from '@wbm/testkit';
import { expect, test } from 'vitest';
import { answersNumbered } from './harness/model.ts';
import { type Product, startProduct } from './harness/product.ts';

/** The runner that says it holds the bot. */
async function holderOf(product: Product, botId: string): Promise<RunningService> {
  return waitFor(
    async () => {
      for (const runner of product.runners.filter((candidate) => candidate.isRunning())) {
        const metrics = await (await fetch(`http://127.0.0.1:${runner.opsPort}/metrics`)).text();
        if (new RegExp(`wbm_bot_state\\{[^}]*bot="${botId}"[^}]*state="ready"[^}]*\\} 1`).test(metrics)) return runner;
      }
      return false;
    },
    { what: `a runner that has ${botId} ready`, intervalMs: 50 },
  );
}

test('a killed runner’s bot is up on a second replica soon after its lease has run out', async () => {
  const model = await modelServer(answersNumbered());
  const product = await startProduct({ model, runners: 2 });
  const bot = await product.bot({ id: 'mover', quietMs: 500 });
  const customer = product.customer(bot.id, '+5511987650101');

  const first = await holderOf(product, bot.id);
  first.kill('SIGKILL');
  await customer.write('are you still there?');
  const second = await holderOf(product, bot.id);
  expect(second.pid).not.toBe(first.pid);
  const { runnerId } = await first.waitForLog('runner.started');
  const [lease] = await ownerQuery(product.ownerUrl)<{ until: Date }>('select until from runners where id = $1', [
    runnerId,
  ]);
  const taken = second.logs.find((line) => line.event === 'bot.taken');
  const lateMs = Date.parse(String(taken?.time)) - Number(lease?.until);
  expect(lateMs).toBeGreaterThanOrEqual(0);
  // A beat comes every two seconds, and one that came late itself takes nobody's bots for four.
  expect(lateMs).toBeLessThan(15_000);
  await waitFor(async () => (await customer.received()).length === 1, { what: 'the answer' });
});

test('a terminated runner’s bot is handed over at once, and nobody waits for its lease to run out', async () => {
  const model = await modelServer(answersNumbered());
  const product = await startProduct({ model, runners: 2, env: { LEASE_MS: '120000' } });
  const bot = await product.bot({ id: 'mover', quietMs: 500 });
  const customer = product.customer(bot.id, '+5511987650101');

  const first = await holderOf(product, bot.id);
  first.kill('SIGTERM');
  const others = product.runners.filter((runner) => runner.pid !== first.pid);
  const second = await holderOf({ ...product, runners: others }, bot.id);
  expect(second.pid).not.toBe(first.pid);
  expect((await first.exited).code).toBe(0);

  await customer.write('and now?');
  await waitFor(async () => (await customer.received()).length === 1, { what: 'the answer' });
});
