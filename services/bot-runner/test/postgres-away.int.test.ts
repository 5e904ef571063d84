import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeAfterwards, ownPostgres, type RunningService, waitFor } from '@wbm/testkit';
import { expect, test } from 'vitest';
import { aNetwork, enginePid, isAlive, type Network } from './a-network.ts';

const ANA = '+5511987650001';
/** Long enough that a busy machine keeps it. */
const LEASE_MS = 8_000;

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
    timeoutMs: 60_000,
  });
  expect((await net.stored(botId)).get('5511987650001@c.us')).toEqual(['1', '2', '3', '4', '5']);
  await net.arrives(first);
  await net.arrives(second);
  expect(await net.received(botId, ANA)).toEqual(['a', 'b']);
  await net.writes(botId, ANA, ['6']);
  await waitFor(async () => (await net.stored(botId)).get('5511987650001@c.us')?.length === 6, {
    what: 'the next',
    timeoutMs: 60_000,
  });
  expect(enginePid(runner, botId)).toBe(pid);
  expect((await net.gateway.bots.get(botId))?.state).toBe('ready');
});

test('Postgres away for longer than the lease: the engines are stopped, and come back with it', async () => {
  const postgres = await ownPostgres();
  const net = await aNetwork({ database: postgres });
  const runner = await net.startRunner({ LEASE_MS: String(LEASE_MS) });
  const botId = await net.aReadyBot();
  const [pid, places] = [enginePid(runner, botId), await placesOf(net)];
  await net.writes(botId, ANA, ['1']);
  await waitFor(async () => (await net.stored(botId)).size === 1, { what: 'the first message' });
  await postgres.stop('kill');
  await waitFor(() => !isAlive(pid), { what: 'the engine to end' });
  await postgres.start();
  await waitFor(() => enginePid(runner, botId) !== pid, { what: 'another engine', timeoutMs: 60_000 });
  await net.inState(botId, 'ready');
  await net.writes(botId, ANA, ['2', '3']);
  await waitFor(async () => (await net.stored(botId)).get('5511987650001@c.us')?.length === 3, { what: 'the others' });
  expect((await net.stored(botId)).get('5511987650001@c.us')).toEqual(['1', '2', '3']);
  expect(await placesOf(net)).toEqual(places);
});

test('Postgres away for longer than the lease of two runners: each has its own bots afterwards', async () => {
  const postgres = await ownPostgres();
  const net = await aNetwork({ database: postgres });
  const home = mkdtempSync(join(tmpdir(), 'wbm-test-machines-'));
  closeAfterwards('folders of the machines', () => rmSync(home, { recursive: true, force: true }));
  const start = (machine: string) => net.startRunner({ LEASE_MS: String(LEASE_MS), DATA_DIR: join(home, machine) });
  const runners = await Promise.all([start('one'), start('another')]);
  await runnersAlive(net, 2);
  const botIds = [await net.aReadyBot(), await net.aReadyBot()];
  const places = await placesOf(net);
  expect(new Set(places.map(({ runner }) => runner)).size).toBe(2);

  const before = new Set(runners.flatMap(({ logs }) => logs));
  await postgres.stop('kill');
  const ended = (runner: RunningService) =>
    runner.waitForLog('engine.ended', (line) => !before.has(line), 3 * LEASE_MS);
  await Promise.all(runners.map(ended));
  await new Promise((resolve) => setTimeout(resolve, LEASE_MS / 2)); // Until no lease holds in Postgres either.
  await postgres.start();
  // Whoever would take over may do so by then.
  await runnersAlive(net, 2, LEASE_MS);
  expect(await placesOf(net)).toEqual(places);
  for (const botId of botIds) {
    await net.inState(botId, 'ready');
    await net.arrives(await net.queue(botId, ANA, 'here again'));
  }
  expect(runners.flatMap(({ logs }) => logs.filter(({ event }) => event === 'bot.lost'))).toEqual([]);
});

/** Which runner has each bot, in which run. */
async function placesOf(net: Network) {
  return net.stage.query<{ id: string; runner: string; epoch: number }>(
    'select id, runner_id as runner, run_epoch as epoch from bots order by id',
  );
}

/** So many runners live, and have for so long without a break. */
async function runnersAlive(net: Network, count: number, forMs = 0): Promise<void> {
  const alive = () =>
    net.stage.query(
      'select id from runners where until > clock_timestamp() and since < clock_timestamp() - make_interval(secs => $1 / 1000.0)',
      [forMs],
    );
  await waitFor(async () => (await alive()).length === count, { what: `${count} runners to live`, timeoutMs: 30_000 });
}
