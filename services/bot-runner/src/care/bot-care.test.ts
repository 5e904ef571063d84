import { createLog } from '@wbm/runtime';
import { describe, expect, test, vi } from 'vitest';
import { BotCare, type CaredFor, type Renewal, type Vitals } from './bot-care.ts';

const MB = 1024 * 1024;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FOUR_O_CLOCK = new Date('2026-03-10T04:10:00Z');

function aBot(pid: number, vitals: Partial<Vitals> = {}) {
  const renewals: Renewal[] = [];
  const bot: CaredFor & { renewals: Renewal[]; lacksCopy: boolean; vitals: Vitals } = {
    botId: `bot-${pid}`,
    renewals,
    runsIn: 'browser',
    lacksCopy: false,
    vitals: { pid, ready: true, readyMs: HOUR, upMs: HOUR, quietMs: HOUR, ...vitals },
    timeZone: vi.fn(async () => 'UTC'),
    renew: async (renewal) => void renewals.push(renewal),
  };
  return bot;
}

/** `memory`: megabytes by process; null: nobody can measure. */
function aCare(
  bots: CaredFor[],
  memory: Record<number, number> | null,
  now = FOUR_O_CLOCK,
  machine = { limit: 4_096, free: 4_096 as number | null },
  erasing = 0,
) {
  const metrics = { botMemory: vi.fn(), engineRenewed: vi.fn() };
  const care = new BotCare({
    runs: () => bots,
    erasing: () => erasing,
    memoryOf: async (pids) =>
      memory && new Map(pids.flatMap((pid) => (memory[pid] ? [[pid, memory[pid] * MB] as const] : []))),
    machine: () => ({ limit: machine.limit * MB, free: machine.free === null ? null : machine.free * MB }),
    metrics,
    log: createLog({ service: 'test', level: 'silent' }),
    now: () => now,
    botLimit: 700 * MB,
    longestUpMs: 7 * DAY,
    recycleHour: 4,
    budget: machine.limit === 4_096 ? 1_000 * MB : null,
  });
  return { care, metrics };
}

describe('the care for bots', () => {
  test('measures each and leaves alone what is well', async () => {
    const bots = [aBot(1), aBot(2)];
    const { care, metrics } = aCare(bots, { 1: 150, 2: 160 });
    await care.look();
    expect(metrics.botMemory.mock.calls).toEqual([
      ['bot-1', 150 * MB],
      ['bot-2', 160 * MB],
    ]);
    expect(bots.flatMap(({ renewals }) => renewals)).toEqual([]);
  });

  test('starts again at once what takes far more than it may, in the middle of a talk and at any hour', async () => {
    const bots = [aBot(1, { quietMs: 0 }), aBot(2, { ready: false }), aBot(3)];
    const { care } = aCare(bots, { 1: 1_100, 2: 1_600, 3: 700 }, new Date('2026-03-10T15:00:00Z'));
    await care.look();
    expect(bots.map(({ renewals }) => renewals.map(({ failed }) => failed))).toEqual([[true], [true], []]);
    expect(bots[0]?.renewals[0]?.reason).toMatch(/more memory than it may/);
  });

  test('one peak ends nobody; three in a row do, and a figure that fits begins the count anew', async () => {
    const bots = [aBot(1), aBot(2), aBot(3, { ready: false })];
    const figures: Record<number, number> = {};
    const { care } = aCare(bots, figures, new Date('2026-03-10T15:00:00Z'));
    for (const [steady, peaks] of [[750, 750], [750, 750], [750, 600], [600, 750], [600, 750]] as const) {
      Object.assign(figures, { 1: steady, 2: peaks, 3: 1_000 });
      await care.look();
    }
    expect(bots.map(({ renewals }) => renewals.length)).toEqual([1, 0, 0]);
  }); // biome-ignore format: a table

  test('does not end twice what is just ending', async () => {
    const bot = aBot(1);
    const ended = Promise.withResolvers<void>();
    bot.renew = (renewal) => {
      bot.renewals.push(renewal);
      return ended.promise;
    };
    const { care } = aCare([bot], { 1: 1_100 });
    await care.look();
    await care.look();
    expect(bot.renewals).toHaveLength(1);
    ended.resolve();
    await ended.promise;
    await new Promise(setImmediate);
    await care.look();
    expect(bot.renewals).toHaveLength(2);
  });

  test('what takes too much is ended before Postgres is asked about the others', async () => {
    const slow = { ...aBot(1, { upMs: 8 * DAY }), timeZone: () => new Promise<string>(() => undefined) };
    const greedy = aBot(2);
    const { care } = aCare([slow, greedy], { 1: 150, 2: 1_100 });
    void care.look();
    await vi.waitFor(() => expect(greedy.renewals).toHaveLength(1));
  });

  test('renews one bot in a round, in its quiet hour', async () => {
    const old = { upMs: 8 * DAY };
    const bots = [aBot(1, { ...old, quietMs: 60_000 }), aBot(2, { ...old, ready: false }), aBot(3, old), aBot(4, old)];
    const { care, metrics } = aCare(bots, { 1: 150, 2: 150, 3: 150, 4: 600 });
    await care.look();
    expect(bots.map(({ renewals }) => renewals.length)).toEqual([0, 0, 1, 0]);
    expect(bots[2]?.renewals[0]?.failed).toBe(false);
    expect(metrics.engineRenewed.mock.calls).toEqual([['age']]);
    const later = aCare(bots, { 1: 150, 2: 150, 3: 150, 4: 600 }, new Date('2026-03-10T05:00:00Z'));
    await later.care.look();
    expect(bots.map(({ renewals }) => renewals.length)).toEqual([0, 0, 1, 0]);
  });

  test('a session without a copy is renewed for one at any hour, when nobody writes; one bot in a round', async () => {
    const bots = [aBot(1, { quietMs: 60_000 }), aBot(2, { readyMs: 60_000 }), aBot(3), aBot(4), aBot(5)];
    for (const bot of bots.slice(0, 4)) bot.lacksCopy = true;
    const renewing = Promise.withResolvers<void>();
    const third = bots[2] as (typeof bots)[number];
    third.renew = async (renewal) => {
      third.renewals.push(renewal);
      await renewing.promise;
    };
    const { care, metrics } = aCare(bots, null, new Date('2026-03-10T15:00:00Z'));
    const renewed = () => bots.map(({ renewals }) => renewals.length);
    await care.look();
    expect(renewed()).toEqual([0, 0, 1, 0, 0]);
    expect(third.renewals).toEqual([{ reason: expect.stringMatching(/first copy/), failed: false }]);
    await care.look();
    expect(renewed()).toEqual([0, 0, 1, 1, 0]);
    expect(metrics.engineRenewed.mock.calls).toEqual([['copy'], ['copy']]);
  });

  test('what is old is renewed first, for that makes a copy too', async () => {
    const [fresh, old] = [aBot(1), aBot(2, { upMs: 8 * DAY })];
    for (const bot of [fresh, old]) bot.lacksCopy = true;
    const { care, metrics } = aCare([fresh, old], null);
    await care.look();
    expect([fresh.renewals.length, old.renewals.length]).toEqual([0, 1]);
    expect(metrics.engineRenewed.mock.calls).toEqual([['age']]);
  });

  test('no figure is no alarm, and age needs none', async () => {
    const bots = [aBot(1), aBot(2, { upMs: 8 * DAY })];
    const { care, metrics } = aCare(bots, null);
    await care.look();
    expect(metrics.botMemory).not.toHaveBeenCalled();
    expect(bots.map(({ renewals }) => renewals.length)).toEqual([0, 1]);
  });

  test('a bot whose zone cannot be read is left until another round', async () => {
    const bot = { ...aBot(1, { upMs: 8 * DAY }), timeZone: async () => Promise.reject(new Error('away')) };
    const { care } = aCare([bot], { 1: 150 });
    await care.look();
    expect(bot.renewals).toEqual([]);
  });

  test('there is room for what its memory carries', async () => {
    const bots = [aBot(1)];
    const { care } = aCare(bots, { 1: 300 });
    expect(care.room().browsers).toBe(1);
    await care.look();
    expect(care.room()).toEqual({ browsers: 1, simulated: 11, carries: 1 });
    bots.push(aBot(2));
    expect(care.room()).toEqual({ browsers: 0, simulated: 5, carries: 0 });
  });

  test('a bot that failed for good takes nobody’s place', () => {
    const { care } = aCare([aBot(1), { ...aBot(2), vitals: null, runsIn: null }], null);
    expect(care.room().carries).toBe(1);
  });

  test('a deleted bot that is being logged out takes a browser’s room', async () => {
    const machine = { limit: 4_096, free: null };
    const alone = aCare([aBot(1)], { 1: 100 }, FOUR_O_CLOCK, machine);
    await alone.care.look();
    expect(alone.care.room().carries).toBe(2);
    const beside = aCare([aBot(1)], { 1: 100 }, FOUR_O_CLOCK, machine, 2);
    await beside.care.look();
    expect(beside.care.room()).toMatchObject({ browsers: 0, carries: 0 });
  });

  test.each([
    ['a laptop on which much runs', { limit: 16_384, free: 1_792 }, 0, { browsers: 2, carries: 4 }],
    ['a small server', { limit: 2_048, free: 450 }, 0, { browsers: 1, simulated: 5 }],
    ['a small server that is full', { limit: 2_048, free: 60 }, 0, { browsers: 1, simulated: 1 }],
    ['a small server that is full, with a bot', { limit: 2_048, free: 60 }, 1, { browsers: 0, simulated: 0 }],
  ])('%s', (_, machine, held, room) => {
    const { care } = aCare(
      Array.from({ length: held }, () => aBot(1)),
      {},
      FOUR_O_CLOCK,
      machine,
    );
    expect(care.room()).toMatchObject(room);
  });
});
