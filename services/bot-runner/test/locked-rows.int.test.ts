import { closeAfterwards, type RunningService, waitFor } from '@wbm/testkit';
import pg from 'pg';
import { beforeEach, describe, expect, test } from 'vitest';
import { aNetwork, enginePid, type Network } from './a-network.ts';

const ANA = '+5511987650001';
/** Long enough that a busy machine keeps it. */
const LEASE_MS = 12_000;
/** Of a run that stops: what it has to say is waited for. */
const FINISH_MS = 5_000;

let net: Network;
let runner: RunningService;
beforeEach(async () => {
  net = await aNetwork();
  // Two connections for everything but the lease.
  runner = await net.startRunner({ LEASE_MS: String(LEASE_MS), BOT_RUNNER_POOL_SIZE: '3' });
});

const eventsOf = (event: string) => runner.logs.filter((line) => line.event === event);

/** Somebody's transaction that changed the bot's row and stands still before its end. */
async function stalled(botId: string, change: string) {
  const client = new pg.Client({ connectionString: net.stage.database.ownerUrl });
  await client.connect();
  closeAfterwards('stalled transaction', () => client.end());
  const row = `where id = '${botId}'`;
  await client.query(
    `begin; update bots set ${change} ${row}; commit; begin; select 1 from bots ${row} for no key update`,
  );
  return () => client.query('rollback');
}

describe('while the row of one bot is locked for longer than a lease', () => {
  test('it is let go later, and the other bots of its runner live on', async () => {
    const [switchedOff, other] = [await net.aReadyBot(), await net.aReadyBot()];
    const pid = enginePid(runner, other);
    const goOn = await stalled(switchedOff, `status = 'disabled'`);
    await new Promise((resolve) => setTimeout(resolve, FINISH_MS + 1.25 * LEASE_MS)); // The stall itself.
    expect(eventsOf('bot.released')).toEqual([]);
    await goOn();
    await runner.waitForLog('bot.released', (line) => line.botId === switchedOff);
    expect([eventsOf('engine.ended'), eventsOf('bot.lost')]).toEqual([[], []]);
    expect(enginePid(runner, other)).toBe(pid);
    await net.arrives(await net.queue(other, ANA, 'still here'));
    await runner.stop();
  });

  test('what it has to send keeps no beat waiting, though it takes all other connections', async () => {
    const [busy, other] = [await net.aReadyBot(), await net.aReadyBot()];
    const pid = enginePid(runner, other);
    const goOn = await stalled(busy, 'restart_no = restart_no');
    const phones = Array.from({ length: 3 }, (_, n) => `+551198765000${n}`);
    const ids = await Promise.all(phones.map((phone) => net.queue(busy, phone, 'hello')));
    const claims = () =>
      net.stage.query<{ n: number }>(
        `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
            and query like '%claim_send%'`,
      );
    await waitFor(async () => (await claims())[0]?.n === 2, { what: 'all connections to wait' });
    await new Promise((resolve) => setTimeout(resolve, 1.25 * LEASE_MS)); // The stall itself.
    await goOn();
    for (const id of ids) await net.arrives(id);
    expect([eventsOf('engine.ended'), eventsOf('bot.lost')]).toEqual([[], []]);
    expect(enginePid(runner, other)).toBe(pid);
    await runner.stop();
  });
});
