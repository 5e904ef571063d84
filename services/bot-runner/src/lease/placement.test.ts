import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { aHeldBot as a, aPlacement, LEASE_MS } from '../../test/a-placement.ts';

beforeEach(() =>
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] }),
);
afterEach(() => vi.useRealTimers());
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test('takes what nobody has and starts it once', async () => {
  const { placement, runs, tookOf } = aPlacement();
  placement.start();
  await pass(LEASE_MS);
  expect(runs.map((run) => run.said)).toEqual([['start']]);
  expect(tookOf('browser')).toBe(1);
});

test('out of memory it takes nobody and says so once; with room again it takes them', async () => {
  const { placement, runs, fleet, memory, log } = aPlacement();
  const warn = vi.spyOn(log, 'warn');
  memory.room = { browsers: 0, simulated: 0, carries: 0 };
  placement.start();
  await pass(LEASE_MS * 2);
  expect(runs).toEqual([]);
  expect(fleet.take.mock.calls.flatMap(([, , kinds]) => kinds)).not.toContain('browser');
  expect(warn.mock.calls).toEqual([[{ bots: 0 }, 'runner.out-of-memory']]);
  memory.room = { browsers: 1, simulated: 0, carries: 1 };
  await pass(LEASE_MS / 4);
  expect(runs.map((run) => run.said)).toEqual([['start']]);
});

test('out of memory it still erases what was deleted, lets go of what nobody wants, and takes what weighs little', async () => {
  for (const [kind, status] of [
    ['erase', 'erase'],
    ['disabled', 'disabled'],
    ['simulated', 'enabled'],
  ] as const) {
    const { placement, runs, fleet, memory, erasures, showStopped, of } = aPlacement();
    of.kind = kind;
    of.bot = { ...a, status };
    memory.room = { browsers: 0, simulated: kind === 'simulated' ? 1 : 0, carries: 0 };
    placement.start();
    await pass(0);
    expect([runs.length, erasures.length]).toEqual([kind === 'simulated' ? 1 : 0, kind === 'erase' ? 1 : 0]);
    expect(showStopped).toHaveBeenCalledTimes(kind === 'simulated' ? 0 : 1);
    fleet.take.mockClear();
  }
});

test('waiting until it is known what others take is no want of memory', async () => {
  const { placement, memory, log } = aPlacement();
  const warn = vi.spyOn(log, 'warn');
  memory.room = { browsers: 0, simulated: 0, carries: 3 };
  placement.start();
  await pass(LEASE_MS);
  expect(warn).not.toHaveBeenCalled();
});

test('drops a bot at once when the answer does not list it', async () => {
  const { placement, runs, fleet, hold } = aPlacement();
  placement.start();
  await pass(0);
  fleet.counts.mockResolvedValue({ runners: 2, bots: 1, unplaced: 0 });
  hold([]);
  await pass(LEASE_MS / 4);
  expect(runs[0]?.said).toEqual(['start', 'drop']);
  expect(placement.runs.size).toBe(0);
});

test('no answer drops nothing until four fifths of the lease, and then fences without forgetting', async () => {
  const { placement, runs, fleet, lease } = aPlacement();
  placement.start();
  await pass(0);
  fleet.beat.mockImplementation(() => new Promise(() => undefined));
  await pass(LEASE_MS * 0.75);
  expect(runs[0]?.said).toEqual(['start']);
  await pass(LEASE_MS * 0.1);
  expect(lease.holds()).toBe(false);
  expect(runs[0]?.said[1]).toBe('fence');
  expect(placement.runs.size).toBe(1);
  fleet.beat.mockResolvedValue([a]);
  await pass(LEASE_MS / 2);
  expect(lease.holds()).toBe(true);
  expect(runs).toHaveLength(1);
});

test('a bot nobody wants is stopped, let go, and not rung for', async () => {
  const { placement, runs, fleet, hold } = aPlacement();
  placement.start();
  await pass(0);
  fleet.counts.mockResolvedValue({ runners: 1, bots: 0, unplaced: 0 });
  hold([{ ...a, status: 'disabled' }]);
  placement.wake();
  await pass(0);
  expect(runs[0]?.said).toEqual(['start', 'stop']);
  expect(fleet.release).toHaveBeenCalledWith('r', ['a']);
  expect(placement.runs.size).toBe(0);
});

test('a held bot that nobody wants and nobody runs is shown stopped and let go', async () => {
  const { placement, runs, fleet, showStopped, hold } = aPlacement();
  hold([{ ...a, status: 'disabled' }]);
  fleet.counts.mockResolvedValue({ runners: 1, bots: 0, unplaced: 0 });
  placement.start();
  await pass(0);
  expect(runs).toHaveLength(0);
  expect(showStopped).toHaveBeenCalledTimes(1);
  expect(fleet.release).toHaveBeenCalledWith('r', ['a']);
});

test('a bot taken from a dead runner that nobody wants is shown stopped and let go, and never started', async () => {
  const { placement, runs, fleet, showStopped, hold } = aPlacement();
  fleet.take.mockResolvedValueOnce([{ ...a, status: 'disabled' }]);
  placement.start();
  await pass(0);
  hold([{ ...a, status: 'disabled' }]);
  fleet.counts.mockResolvedValue({ runners: 1, bots: 0, unplaced: 0 });
  await pass(LEASE_MS / 4);
  expect(runs).toHaveLength(0);
  expect(showStopped).toHaveBeenCalledTimes(1);
  expect(fleet.release).toHaveBeenCalledWith('r', ['a']);
});

test('a bot that could not be let go and is wanted again runs on', async () => {
  const { placement, runs, fleet, hold } = aPlacement();
  hold([{ ...a, status: 'disabled' }]);
  fleet.counts.mockResolvedValue({ runners: 1, bots: 1, unplaced: 0 });
  fleet.release.mockRejectedValueOnce(new Error('away'));
  placement.start();
  await pass(0);
  hold([a]);
  await pass(LEASE_MS / 2);
  expect(runs.map((run) => run.said)).toEqual([['start']]);
  expect(fleet.release).toHaveBeenCalledTimes(1);
  expect([...placement.runs.keys()]).toEqual(['a']);
});

test('a bot that was lost before it could be let go is not let go when it comes back', async () => {
  const { placement, runs, fleet, hold } = aPlacement();
  placement.start();
  await pass(0);
  fleet.counts.mockResolvedValue({ runners: 2, bots: 1, unplaced: 0 });
  fleet.release.mockRejectedValueOnce(new Error('away'));
  hold([{ ...a, status: 'disabled' }]);
  placement.wake();
  await pass(0);
  hold([{ ...a, runEpoch: 3 }]);
  await pass(LEASE_MS / 2);
  expect(runs.map((run) => run.said)).toEqual([['start', 'stop', 'drop'], ['start']]);
  expect(fleet.release).toHaveBeenCalledTimes(1);
  expect([...placement.runs.keys()]).toEqual(['a']);
});

test('draining: says so first, hands over, rings for each, retires', async () => {
  const { placement, runs, fleet, beats, tookOf } = aPlacement();
  placement.start();
  await pass(0);
  await Promise.all([placement.drain(), pass(LEASE_MS)]);
  expect(runs[0]?.said).toEqual(['start', 'hand over', 'released']);
  expect(beats.at(-1)).toBe(true);
  expect(tookOf('browser')).toBe(1);
  expect(fleet.retire).toHaveBeenCalledWith('r');
});

test('draining while Postgres is away ends when the lease has run out', async () => {
  const { placement, runs, fleet, lease } = aPlacement();
  placement.start();
  await pass(0);
  for (const call of [fleet.beat, fleet.release, fleet.retire]) call.mockRejectedValue(new Error('away'));
  let drained = false;
  const draining = placement.drain().then(() => {
    drained = true;
  });
  await pass(LEASE_MS / 2);
  expect([lease.holds(), drained]).toEqual([true, false]);
  await pass(LEASE_MS / 2);
  await draining;
  expect(runs[0]?.said.slice(0, 2)).toEqual(['start', 'hand over']);
});

test('a bot that is deleted while it runs is stopped, then erased here, then let go', async () => {
  const { placement, runs, erasures, erased, fleet, hold } = aPlacement();
  placement.start();
  await pass(0);
  fleet.counts.mockResolvedValue({ runners: 1, bots: 1, unplaced: 0 });
  hold([{ ...a, status: 'erase' }]);
  placement.wake();
  await pass(0);
  expect([runs[0]?.said, erasures]).toEqual([['start', 'stop'], [['erase']]]);
  await pass(LEASE_MS);
  expect(fleet.release).not.toHaveBeenCalled();
  expect(erasures).toHaveLength(1);
  erased('a');
  await pass(0);
  expect(fleet.release).toHaveBeenCalledWith('r', ['a']);
  expect(runs).toHaveLength(1);
});

test('a deleted bot that nobody runs is taken, counts, and is handed over by draining', async () => {
  const { placement, runs, erasures, fleet, showStopped, of, tookOf } = aPlacement();
  Object.assign(of, { bot: { ...a, status: 'erase' }, kind: 'erase' });
  placement.start();
  await pass(0);
  expect(tookOf('erase')).toBe(1);
  await Promise.all([placement.drain(), pass(LEASE_MS)]);
  expect([runs, erasures]).toEqual([[], [['erase', 'stop', 'released']]]);
  expect(showStopped).toHaveBeenCalledTimes(1);
  expect(fleet.retire).toHaveBeenCalledWith('r');
});

test('an erasure that is lost is dropped', async () => {
  const { placement, erasures, fleet, hold } = aPlacement();
  hold([{ ...a, status: 'erase' }]);
  fleet.counts.mockResolvedValue({ runners: 2, bots: 1, unplaced: 0 });
  placement.start();
  await pass(0);
  hold([]);
  await pass(LEASE_MS / 4);
  expect(erasures).toEqual([['erase', 'drop']]);
});
