import type { HeldBot } from '@wbm/db';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { aHeldBot as a, aPlacement, LEASE_MS } from '../../test/a-placement.ts';

const botIds = ['a', 'b', 'c', 'd', 'e'];
const bots: HeldBot[] = botIds.map((botId) => ({ ...a, botId }));
const deleted: HeldBot[] = bots.map((bot) => ({ ...bot, status: 'erase' }));

beforeEach(() =>
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] }),
);
afterEach(() => vi.useRealTimers());
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** So many bots run here, and all are deleted. */
async function allDeleted(count = 5) {
  const world = aPlacement();
  world.fleet.counts.mockResolvedValue({ runners: 1, bots: 6, unplaced: 0 });
  world.hold(bots.slice(0, count));
  world.placement.start();
  await pass(0);
  world.hold(deleted.slice(0, count));
  world.placement.wake();
  await pass(LEASE_MS);
  return world;
}

test('of many bots that are deleted while they run all stop, and two at a time are erased', async () => {
  const { placement, runs, erasures, erased, fleet } = await allDeleted();
  expect(runs.map(({ said }) => said)).toEqual(botIds.map(() => ['start', 'stop']));
  expect([erasures.length, placement.erasing]).toEqual([2, 2]);
  erased('a');
  await pass(0);
  expect(fleet.release).toHaveBeenLastCalledWith('r', ['a']);
  expect([erasures.length, placement.erasing]).toEqual([3, 2]);
  for (const botId of botIds) {
    erased(botId);
    await pass(0);
    expect(placement.erasing).toBeLessThanOrEqual(2);
  }
  await pass(LEASE_MS);
  expect(erasures).toEqual(botIds.map(() => ['erase']));
  expect([placement.erasing, fleet.release.mock.calls.flatMap(([, botIds]) => botIds)]).toEqual([0, botIds]);
});

test('while some wait here to be erased, none is taken from elsewhere, and those that wait are counted', async () => {
  const { fleet, tookOf, runs } = await allDeleted();
  fleet.counts.mockResolvedValue({ runners: 1, bots: 6, unplaced: 1 });
  await pass(LEASE_MS);
  expect(tookOf('erase')).toBe(0);
  // The runner's capacity is five.
  expect([tookOf('browser'), runs.length]).toEqual([0, 5]);
});

test('a runner that stops hands over also those that wait', async () => {
  const { placement, erasures, fleet } = await allDeleted();
  await Promise.all([placement.drain(), pass(LEASE_MS)]);
  expect(erasures).toEqual([
    ['erase', 'stop', 'released'],
    ['erase', 'stop', 'released'],
  ]);
  expect(fleet.retire).toHaveBeenCalledWith('r');
});

test('bots that are erased take room for a while, which is no want of memory', async () => {
  const { fleet, memory, log, erased, placement } = await allDeleted(2);
  const warn = vi.spyOn(log, 'warn');
  memory.room = { browsers: 0, simulated: 0, carries: 0 };
  fleet.counts.mockResolvedValue({ runners: 1, bots: 9, unplaced: 3 });
  await pass(LEASE_MS);
  expect(warn).not.toHaveBeenCalled();
  for (const botId of botIds) {
    erased(botId);
    await pass(0);
  }
  await pass(LEASE_MS);
  expect(placement.erasing).toBe(0);
  expect(warn.mock.calls).toEqual([[{ bots: 0 }, 'runner.out-of-memory']]);
});
