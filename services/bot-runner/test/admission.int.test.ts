import { beforeAll, describe, expect, test } from 'vitest';
import { aNetwork, enginePid, type Network } from './a-network.ts';
import { metricOf } from './metric-of.ts';

let net: Network;
beforeAll(async () => {
  net = await aNetwork();
});

describe('a runner without memory for a bot', () => {
  test('takes none, says so once, stays ready, and another one takes it', async () => {
    const full = await net.startRunner({ RUNNER_MEMORY_MB: '100' });
    const botId = await net.aLinkedBot();
    await full.waitForLog('runner.out-of-memory');
    await net.wake(botId);
    expect((await fetch(`http://127.0.0.1:${full.opsPort}/ready`)).status).toBe(200);
    expect(await metricOf(full, 'wbm_runner_room_bots')).toBe(0);
    expect(await net.epoch(botId)).toBe(0);

    const roomy = await net.startRunner();
    await net.inState(botId, 'ready');
    expect(enginePid(roomy, botId)).toBeGreaterThan(1);
    expect(() => enginePid(full, botId)).toThrow();
    expect(full.logs.filter((line) => line.event === 'runner.out-of-memory')).toHaveLength(1);
    await Promise.all([full.stop(), roomy.stop()]);
  });

  test('takes small ones one after the other as far as they really fit', async () => {
    // Room for one more as it is expected to be, and for several as they are.
    const runner = await net.startRunner({ RUNNER_MEMORY_MB: '300', BOT_CARE_MS: '500' });
    const botIds = [await net.aLinkedBot(), await net.aLinkedBot()];
    for (const botId of botIds) await net.inState(botId, 'ready');
    expect(await metricOf(runner, 'wbm_bot_memory_bytes')).toBeLessThan(200 * 1024 * 1024);
    await runner.stop();
  });
});
