import { ownPostgres, waitFor } from '@wbm/testkit';
import { expect, test } from 'vitest';
import { aNetwork, enginePid, isAlive } from './a-network.ts';

const ANA = '+5511987650001';

test('Postgres away for five seconds: nothing is lost, and no engine starts again', async () => {
  const postgres = await ownPostgres();
  const net = await aNetwork({ database: postgres });
  const runner = await net.startRunner({ LEASE_MS: '40000' });
  const botId = await net.aReadyBot();
  const pid = enginePid(runner, botId);
  await net.writes(botId, ANA, ['1', '2', '3', '4', '5']);
  const [first, second] = [await net.queue(botId, ANA, 'a'), await net.queue(botId, ANA, 'b')];

  await postgres.stop('kill');
  await runner.waitForLog('lease.beat-failed');
  await new Promise((resolve) => setTimeout(resolve, 5_000)); // The outage itself.
  await postgres.start();

  await waitFor(async () => (await net.stored(botId)).get('5511987650001@c.us')?.length === 5, {
    what: 'all',
    timeoutMs: 20_000,
  });
  expect((await net.stored(botId)).get('5511987650001@c.us')).toEqual(['1', '2', '3', '4', '5']);
  await net.arrives(first, 'sent', 20_000);
  await net.arrives(second, 'sent', 20_000);
  expect(await net.received(botId, ANA)).toEqual(['a', 'b']);
  await net.writes(botId, ANA, ['6']);
  await waitFor(async () => (await net.stored(botId)).get('5511987650001@c.us')?.length === 6, {
    what: 'the next',
    timeoutMs: 10_000,
  });
  expect(enginePid(runner, botId)).toBe(pid);
  expect((await net.gateway.bots.get(botId))?.state).toBe('ready');
});

test('Postgres away for longer than the lease: the engines are stopped, and come back with it', async () => {
  const postgres = await ownPostgres();
  const net = await aNetwork({ database: postgres });
  const runner = await net.startRunner({ LEASE_MS: '2000' });
  const botId = await net.aReadyBot();
  const [pid, epoch] = [enginePid(runner, botId), await net.epoch(botId)];
  await net.writes(botId, ANA, ['1']);
  await waitFor(async () => (await net.stored(botId)).size === 1, { what: 'the first message' });
  await postgres.stop('kill');
  await waitFor(() => !isAlive(pid), { what: 'the engine to end' });
  await postgres.start();
  await waitFor(() => enginePid(runner, botId) !== pid, { what: 'another engine', timeoutMs: 20_000 });
  await net.inState(botId, 'ready', 20_000);
  await net.writes(botId, ANA, ['2', '3']);
  await waitFor(async () => (await net.stored(botId)).get('5511987650001@c.us')?.length === 3, { what: 'the others' });
  expect((await net.stored(botId)).get('5511987650001@c.us')).toEqual(['1', '2', '3']);
  expect(await net.epoch(botId)).toBeGreaterThanOrEqual(epoch);
});
