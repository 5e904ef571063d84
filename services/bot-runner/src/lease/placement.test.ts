import type { BotKind, HeldBot } from '@wbm/db';
import type { Room } from '@wbm/domain';
import { createLog, systemClock } from '@wbm/runtime';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { BotRun } from '../bots/bot-run.ts';
import { Lease } from './lease.ts';
import { Placement } from './placement.ts';

const LEASE_MS = 8_000;
const a: HeldBot = { workspaceId: 'w', botId: 'a', runEpoch: 1, status: 'enabled', restartNo: 0 };

function aWorld() {
  let held: HeldBot[] = [];
  /** What nobody has. */
  const of: { bot: HeldBot; kind: BotKind } = { bot: a, kind: 'browser' };
  const beats: boolean[] = [];
  const fleet = {
    beat: vi.fn(async (_id: string, _host: string, _capacity: number, draining: boolean) => {
      beats.push(draining);
      return held;
    }),
    counts: vi.fn(async () => ({ runners: 1, bots: 1, unplaced: held.length === 0 ? 1 : 0 })),
    take: vi.fn(async (_id: string, _limit: number, kinds: readonly BotKind[] = []): Promise<HeldBot[]> => {
      if (!kinds.includes(of.kind)) return [];
      held = [of.bot];
      return held;
    }),
    release: vi.fn(async () => {
      held = [];
      return 1;
    }),
    retire: vi.fn(async () => undefined),
    work: vi.fn(async () => []),
    erased: vi.fn(async () => []),
  };
  const runs: (BotRun & { said: string[] })[] = [];
  const openRun = (bot: HeldBot) => {
    const said: string[] = [];
    const say = (word: string) => () => void said.push(word);
    const run = {
      ...bot,
      said,
      leaving: false,
      bells: { released: say('released') },
      start: say('start'),
      drop: say('drop'),
      fence: say('fence'),
      restart: async () => void said.push('restart'),
      stop: async (reason: string | null) => {
        run.leaving = true;
        said.push(reason === null ? 'stop' : 'hand over');
      },
      leaseRenewed: () => undefined,
    } as unknown as BotRun & { said: string[]; leaving: boolean };
    runs.push(run);
    return run;
  };
  const erasures: string[][] = [];
  const erased = Promise.withResolvers<void>();
  const openErasure = (bot: HeldBot) => {
    const said: string[] = [];
    erasures.push(said);
    const stopping = Promise.withResolvers<void>();
    const erasure = {
      ...bot,
      erases: true,
      leaving: false,
      bells: { released: () => void said.push('released') },
      drop: () => void said.push('drop'),
      fence: () => void said.push('fence'),
      leaseRenewed: () => undefined,
      carryOut: async () => {
        said.push('erase');
        await Promise.race([erased.promise, stopping.promise]);
        erasure.leaving = true;
      },
      stop: async () => {
        said.push('stop');
        erasure.leaving = true;
        stopping.resolve();
      },
    };
    return erasure;
  };
  const showStopped = vi.fn(async () => true);
  const lease = new Lease(systemClock, LEASE_MS);
  const log = createLog({ service: 'test', level: 'silent' });
  const memory: { room: Room } = { room: { browsers: 9, simulated: 9, carries: 9 } };
  const placement = new Placement({
    runnerId: 'r', host: 'h', capacity: 5, leaseMs: LEASE_MS, lease, fleet, clock: systemClock, log, openRun, showStopped,
    room: () => memory.room, openErasure,
  }); // biome-ignore format: what it is made of
  const hold = (bots: HeldBot[]) => {
    held = bots;
  };
  const tookOf = (kind: BotKind) => fleet.take.mock.calls.filter(([, , kinds]) => kinds?.includes(kind)).length;
  return { placement, fleet, runs, lease, beats, showStopped, hold, memory, log, erasures, erased, of, tookOf };
}

beforeEach(() =>
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] }),
);
afterEach(() => vi.useRealTimers());
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test('takes what nobody has and starts it once', async () => {
  const { placement, runs, tookOf } = aWorld();
  placement.start();
  await pass(LEASE_MS);
  expect(runs.map((run) => run.said)).toEqual([['start']]);
  expect(tookOf('browser')).toBe(1);
});

test('out of memory it takes nobody and says so once; with room again it takes them', async () => {
  const { placement, runs, fleet, memory, log } = aWorld();
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
    const { placement, runs, fleet, memory, erasures, showStopped, of } = aWorld();
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
  const { placement, memory, log } = aWorld();
  const warn = vi.spyOn(log, 'warn');
  memory.room = { browsers: 0, simulated: 0, carries: 3 };
  placement.start();
  await pass(LEASE_MS);
  expect(warn).not.toHaveBeenCalled();
});

test('drops a bot at once when the answer does not list it', async () => {
  const { placement, runs, fleet, hold } = aWorld();
  placement.start();
  await pass(0);
  fleet.counts.mockResolvedValue({ runners: 2, bots: 1, unplaced: 0 });
  hold([]);
  await pass(LEASE_MS / 4);
  expect(runs[0]?.said).toEqual(['start', 'drop']);
  expect(placement.runs.size).toBe(0);
});

test('no answer drops nothing until four fifths of the lease, and then fences without forgetting', async () => {
  const { placement, runs, fleet, lease } = aWorld();
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
  const { placement, runs, fleet, hold } = aWorld();
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
  const { placement, runs, fleet, showStopped, hold } = aWorld();
  hold([{ ...a, status: 'disabled' }]);
  fleet.counts.mockResolvedValue({ runners: 1, bots: 0, unplaced: 0 });
  placement.start();
  await pass(0);
  expect(runs).toHaveLength(0);
  expect(showStopped).toHaveBeenCalledTimes(1);
  expect(fleet.release).toHaveBeenCalledWith('r', ['a']);
});

test('a bot taken from a dead runner that nobody wants is shown stopped and let go, and never started', async () => {
  const { placement, runs, fleet, showStopped } = aWorld();
  fleet.take.mockResolvedValueOnce([{ ...a, status: 'disabled' }]);
  placement.start();
  await pass(0);
  fleet.counts.mockResolvedValue({ runners: 1, bots: 0, unplaced: 0 });
  await pass(LEASE_MS / 4);
  expect(runs).toHaveLength(0);
  expect(showStopped).toHaveBeenCalledTimes(1);
  expect(fleet.release).toHaveBeenCalledWith('r', ['a']);
});

test('a bot that could not be let go and is wanted again runs on', async () => {
  const { placement, runs, fleet, hold } = aWorld();
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
  const { placement, runs, fleet, hold } = aWorld();
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
  const { placement, runs, fleet, beats, tookOf } = aWorld();
  placement.start();
  await pass(0);
  await Promise.all([placement.drain(), pass(LEASE_MS)]);
  expect(runs[0]?.said).toEqual(['start', 'hand over', 'released']);
  expect(beats.at(-1)).toBe(true);
  expect(tookOf('browser')).toBe(1);
  expect(fleet.retire).toHaveBeenCalledWith('r');
});

test('draining while Postgres is away ends when the lease has run out', async () => {
  const { placement, runs, fleet, lease } = aWorld();
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
  const { placement, runs, erasures, erased, fleet, hold } = aWorld();
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
  erased.resolve();
  await pass(0);
  expect(fleet.release).toHaveBeenCalledWith('r', ['a']);
  expect(runs).toHaveLength(1);
});

test('a deleted bot that nobody runs is taken, counts, and is handed over by draining', async () => {
  const { placement, runs, erasures, fleet, showStopped, of, tookOf } = aWorld();
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
  const { placement, erasures, fleet, hold } = aWorld();
  hold([{ ...a, status: 'erase' }]);
  fleet.counts.mockResolvedValue({ runners: 2, bots: 1, unplaced: 0 });
  placement.start();
  await pass(0);
  hold([]);
  await pass(LEASE_MS / 4);
  expect(erasures).toEqual([['erase', 'drop']]);
});
