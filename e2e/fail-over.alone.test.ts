import { modelServer, type RunningService, waitFor } from '@wbm/testkit';
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
    { what: `a runner that has ${botId} ready`, timeoutMs: 20_000, intervalMs: 50 },
  );
}

test('a killed runner’s bot is up on a second replica within 15 s, a terminated one’s within 2 s', async () => {
  const model = await modelServer(answersNumbered());
  const product = await startProduct({ model, runners: 2 });
  const bot = await product.bot({ id: 'mover', quietMs: 500 });
  const customer = product.customer(bot.id, '+5511987650101');

  const first = await holderOf(product, bot.id);
  first.kill('SIGKILL');
  const killedAt = performance.now();
  await customer.write('are you still there?');
  const second = await holderOf(product, bot.id);
  expect(performance.now() - killedAt).toBeLessThan(15_000);
  expect(second.pid).not.toBe(first.pid);
  await waitFor(async () => (await customer.received()).length === 1, { what: 'the answer', timeoutMs: 15_000 });

  await product.start('bot-runner');
  second.kill('SIGTERM');
  const terminatedAt = performance.now();
  const third = await holderOf(
    { ...product, runners: product.runners.filter((runner) => runner.pid !== second.pid) },
    bot.id,
  );
  expect(performance.now() - terminatedAt).toBeLessThan(2_000);
  expect(third.pid).not.toBe(second.pid);
  expect((await second.exited).code).toBe(0);

  await customer.write('and now?');
  await waitFor(async () => (await customer.received()).length === 2, { what: 'the second answer', timeoutMs: 15_000 });
}, 90_000);
