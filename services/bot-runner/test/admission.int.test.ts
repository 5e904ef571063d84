import { waitFor } from '@wbm/testkit';
import { describe, expect, test } from 'vitest';
import { aNetwork, enginePid } from './a-network.ts';
import { metricOf } from './metric-of.ts';

test('a bot that has become ready is measured soon, whenever the next round is', async () => {
  const net = await aNetwork();
  const runner = await net.startRunner({ BOT_CARE_MS: '3600000' });
  const botId = await net.aReadyBot();
  await waitFor(async () => (await metricOf(runner, `wbm_bot_memory_bytes{bot="${botId}"`)) > 0, {
    what: 'its memory to be known',
  });
  await runner.stop();
});

describe('a runner without memory for another bot', () => {
  test('has one all the same, says so once, stays ready, and another one takes the next', async () => {
    const net = await aNetwork();
    const full = await net.startRunner({ RUNNER_MEMORY_MB: '50', BOT_CARE_MS: '500' });
    const first = await net.aLinkedBot();
    await net.inState(first, 'ready');
    const botId = await net.aLinkedBot();
    await net.wake(botId);
    await full.waitForLog('runner.out-of-memory');
    expect((await fetch(`http://127.0.0.1:${full.opsPort}/ready`)).status).toBe(200);
    expect(await metricOf(full, 'wbm_runner_room_bots')).toBe(0);
    expect(await net.epoch(botId)).toBe(0);

    const roomy = await net.startRunner({ RUNNER_MEMORY_MB: '10000' });
    await net.inState(botId, 'ready');
    expect(enginePid(roomy, botId)).toBeGreaterThan(1);
    expect(() => enginePid(full, botId)).toThrow();
    expect(full.logs.filter((line) => line.event === 'runner.out-of-memory')).toHaveLength(1);
    await Promise.all([full.stop(), roomy.stop()]);
  });

  test('takes small ones as far as they really fit', async () => {
    const net = await aNetwork();
    // For no bot with a browser, and for several without.
    const runner = await net.startRunner({ RUNNER_MEMORY_MB: '350', BOT_CARE_MS: '500' });
    const botIds = [await net.aLinkedBot(), await net.aLinkedBot(), await net.aLinkedBot()];
    for (const botId of botIds) await net.inState(botId, 'ready');
    await runner.stop();
  });
});
