import type { HeldBot } from '@wbm/db';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { aHeldBot as a, aPlacement, LEASE_MS } from '../../test/a-placement.ts';

const b: HeldBot = { ...a, botId: 'b' };

beforeEach(() =>
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] }),
);
afterEach(() => vi.useRealTimers());
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('a release that hangs', () => {
  async function hangingRelease() {
    const world = aPlacement();
    const logged: unknown[] = [];
    for (const level of ['info', 'warn'] as const) {
      vi.spyOn(world.log, level).mockImplementation((...line: unknown[]) => void logged.push(line[1]));
    }
    world.hold([a, b]);
    world.fleet.counts.mockResolvedValue({ runners: 1, bots: 2, unplaced: 0 });
    world.placement.start();
    await pass(0);
    world.fleet.release.mockImplementation(() => new Promise(() => undefined));
    return { ...world, logged };
  }

  test('holds up no beat and fences nobody; when it is done after all, the bot was released and not lost', async () => {
    const { placement, runs, fleet, lease, hold, logged } = await hangingRelease();
    hold([{ ...a, status: 'disabled' }, b]);
    placement.wake();
    await pass(LEASE_MS * 3);
    expect(fleet.beat.mock.calls.length).toBeGreaterThan(8);
    expect(lease.holds()).toBe(true);
    expect(runs.map(({ said }) => said)).toEqual([['start', 'stop'], ['start']]);
    hold([b]);
    await pass(LEASE_MS / 2);
    expect(logged).toContain('bot.released');
    expect(logged).not.toContain('bot.lost');
    expect(runs.map(({ said }) => said)).toEqual([['start', 'stop'], ['start']]);
    expect([...placement.runs.keys()]).toEqual(['b']);
  });

  test('while this runner stops: others are rung for the bot all the same', async () => {
    const { placement, runs, hold } = await hangingRelease();
    const drained = placement.drain();
    await pass(LEASE_MS / 2);
    hold([]);
    await Promise.all([drained, pass(LEASE_MS)]);
    expect(runs.map(({ said }) => said)).toEqual([
      ['start', 'hand over', 'released'],
      ['start', 'hand over', 'released'],
    ]);
  });
});

test('a bot whose row is locked is let go a moment later', async () => {
  const { placement, fleet, hold } = aPlacement();
  fleet.counts.mockResolvedValue({ runners: 1, bots: 1, unplaced: 0 });
  fleet.release.mockResolvedValueOnce([]);
  hold([{ ...a, status: 'disabled' }]);
  placement.start();
  await pass(0);
  expect(fleet.release).toHaveBeenCalledTimes(1);
  await pass(LEASE_MS / 20);
  expect(fleet.release).toHaveBeenCalledTimes(2);
  await pass(LEASE_MS);
  expect(fleet.release).toHaveBeenCalledTimes(2);
});

test('a take that hangs holds up no beat, and what it took is started once, by the beat that lists it', async () => {
  const { placement, runs, fleet, lease, hold } = aPlacement();
  const { promise, resolve } = Promise.withResolvers<HeldBot[]>();
  fleet.take.mockResolvedValue([]);
  fleet.take.mockImplementationOnce(() => promise);
  placement.start();
  await pass(LEASE_MS);
  expect([lease.holds(), runs.length]).toEqual([true, 0]);
  expect(fleet.beat.mock.calls.length).toBeGreaterThan(2);
  hold([a]);
  resolve([a]);
  await pass(LEASE_MS);
  expect(runs.map(({ said }) => said)).toEqual([['start']]);
});
