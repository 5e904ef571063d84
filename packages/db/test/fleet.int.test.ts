import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createLog } from '@wbm/runtime';
import { aStage, closeAfterwards, heldLock, type Stage, waitFor } from '@wbm/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../src/index.ts';

const LEASE_MS = 600_000;

let stage: Stage;
beforeEach(async () => {
  stage = await aStage();
});

const fleet = () => stage.runner.fleet;
const beat = (runnerId: string, leaseMs = LEASE_MS) => fleet().beat(runnerId, 'here', 100, false, leaseMs);
const idsOf = (bots: readonly { readonly botId: string }[]) => bots.map(({ botId }) => botId).sort();
/** As if nothing had been heard of them for longer than their leases. */
const expire = () => stage.query(`update runners set until = now() - interval '1 second'`);
/** As if it had lived for so much of its lease. */
const hasLived = (runnerId: string, ofItsLease: number) =>
  stage.query(`update runners set since = now() - make_interval(secs => lease_ms / 1000.0 * $2) where id = $1`, [
    runnerId,
    ofItsLease,
  ]);

/** A runner that has lived for long, and what it holds. */
async function aRunner(bots: number) {
  const runnerId = randomUUID();
  await beat(runnerId);
  await hasLived(runnerId, 1);
  for (let n = 0; n < bots; n += 1) await stage.aBot();
  return { runnerId, botIds: idsOf(await fleet().take(runnerId, bots)) };
}

describe('after Postgres was away for longer than a lease', () => {
  test('the first runner back leaves the others their bots, and takes what is free', async () => {
    const [a, b] = [await aRunner(1), await aRunner(2)];
    await expire();
    expect(idsOf(await beat(a.runnerId))).toEqual(a.botIds);
    expect(await fleet().counts(a.runnerId)).toEqual({ runners: 1, bots: 3, unplaced: 0 });
    expect(await fleet().take(a.runnerId, 100)).toEqual([]);
    const free = await stage.aBot();
    expect(await fleet().counts(a.runnerId)).toEqual({ runners: 1, bots: 4, unplaced: 1 });
    expect(idsOf(await fleet().take(a.runnerId, 100))).toEqual([free]);
    expect(idsOf(await beat(b.runnerId))).toEqual(b.botIds);
  });

  test('what does not come back is taken when half a lease has passed', async () => {
    const [a, b] = [await aRunner(0), await aRunner(2)];
    await expire();
    await beat(a.runnerId);
    await hasLived(a.runnerId, 0.45);
    expect(await fleet().take(a.runnerId, 100)).toEqual([]);
    await hasLived(a.runnerId, 0.55);
    expect(await fleet().counts(a.runnerId)).toMatchObject({ unplaced: 2 });
    expect(idsOf(await fleet().take(a.runnerId, 100))).toEqual(b.botIds);
  });
});

test('a runner that is new takes over when it has lived for half a lease; each beat within the lease counts on', async () => {
  const dead = await aRunner(1);
  await expire();
  const fresh = randomUUID();
  const beganMs = performance.now();
  await beat(fresh, 2_000);
  const taken = await waitFor(
    async () => {
      await beat(fresh, 2_000);
      const bots = await fleet().take(fresh, 100);
      return bots.length > 0 && bots;
    },
    { what: 'the bot to be taken over', intervalMs: 100 },
  );
  expect(performance.now() - beganMs).toBeGreaterThan(990);
  expect(idsOf(taken)).toEqual(dead.botIds);
});

test('a runner that comes back while another one takes its bots: never do both have one', async () => {
  const [a, b] = [await aRunner(8), await aRunner(0)];
  // Taking takes a moment, in which the other one beats.
  await stage.query(`create function slowly() returns trigger language plpgsql as
    $$ begin perform pg_sleep(0.003); return new; end $$`);
  await stage.query('create trigger slowly before update on bots for each row execute function slowly()');
  const kept: number[] = [];
  for (let round = 0; round < 40; round += 1) {
    await stage.query(`update runners set until = now() - interval '1 second' where id = $1`, [a.runnerId]);
    const taking = fleet().take(b.runnerId, 100);
    await pause(round);
    const [taken, held] = await Promise.all([taking, beat(a.runnerId)]);
    expect(idsOf([...taken, ...held])).toEqual(a.botIds);
    kept.push(held.length);
    await stage.query('update bots set runner_id = $1', [a.runnerId]);
  }
  expect(Math.min(...kept)).toBe(0);
});

test('letting go passes over a bot whose row is locked, and answers which it let go', async () => {
  const { runnerId, botIds } = await aRunner(2);
  const [locked = '', free = ''] = botIds;
  const release = await heldLock(stage.database.ownerUrl, 'select 1 from bots where id = $1 for update', [locked]);
  expect(await fleet().release(runnerId, botIds)).toEqual([free]);
  expect(idsOf(await beat(runnerId))).toEqual([locked]);
  await release();
  expect(await fleet().release(runnerId, botIds)).toEqual([locked]);
});

test('renewing a lease has a connection of its own, one of those the service may have', async () => {
  const log = createLog({ service: 'test', level: 'fatal' });
  const url = stage.database.appUrl;
  const own = await openDatabase({ url, service: 'bot-runner', poolSize: 2, log, leaseStatementMs: 2_000 });
  closeAfterwards('stores', own.close);
  const bots = own.workspace(stage.workspaceId).bots;
  await Promise.all([bots.list(), bots.list(), bots.list(), own.fleet.counts(randomUUID())]);
  const connections = await stage.query<{ name: string; n: number }>(
    `select application_name as name, count(*)::int as n from pg_stat_activity
      where datname = current_database() and application_name like 'wbm bot-runner%' group by 1 order by 1`,
  );
  expect(connections).toEqual([
    { name: 'wbm bot-runner', n: 1 },
    { name: 'wbm bot-runner lease', n: 1 },
  ]);
});
