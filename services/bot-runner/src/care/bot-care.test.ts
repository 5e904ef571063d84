import { createLog } from '@wbm/runtime';
import { describe, expect, test, vi } from 'vitest';
import { BotCare, type CaredFor, type Renewal, type Vitals } from './bot-care.ts';

const MB = 1024 * 1024;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FOUR_O_CLOCK = new Date('2026-03-10T04:10:00Z');

function aBot(pid: number, vitals: Partial<Vitals> = {}) {
  const renewals: Renewal[] = [];
  const bot: CaredFor & { renewals: Renewal[]; vitals: Vitals } = {
    botId: `bot-${pid}`,
    renewals,
    vitals: { pid, ready: true, upMs: HOUR, quietMs: HOUR, ...vitals },
    timeZone: vi.fn(async () => 'UTC'),
    renew: async (renewal) => void renewals.push(renewal),
  };
  return bot;
}

/** `memory`: megabytes by process; null: nobody can measure. */
function aCare(bots: CaredFor[], memory: Record<number, number> | null, now = FOUR_O_CLOCK) {
  const metrics = { botMemory: vi.fn(), engineRenewed: vi.fn() };
  const care = new BotCare({
    runs: () => bots,
    memoryOf: async (pids) =>
      memory && new Map(pids.flatMap((pid) => (memory[pid] ? [[pid, memory[pid] * MB] as const] : []))),
    machine: () => ({ limit: 4_096 * MB, free: 4_096 * MB }),
    metrics,
    log: createLog({ service: 'test', level: 'silent' }),
    now: () => now,
    botLimit: 700 * MB,
    longestUpMs: 7 * DAY,
    recycleHour: 4,
    budget: 1_000 * MB,
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

  test('starts again at once what takes more than it may, in the middle of a talk and at any hour', async () => {
    const bots = [aBot(1, { quietMs: 0 }), aBot(2, { ready: false }), aBot(3)];
    const { care } = aCare(bots, { 1: 701, 2: 800, 3: 700 }, new Date('2026-03-10T15:00:00Z'));
    await care.look();
    expect(bots.map(({ renewals }) => renewals.map(({ failed }) => failed))).toEqual([[true], [true], []]);
    expect(bots[0]?.renewals[0]?.reason).toMatch(/more memory than it may/);
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
    const bots = [aBot(1), aBot(2)];
    const { care } = aCare(bots, { 1: 100, 2: 300 });
    expect(care.room()).toBe(3);
    await care.look();
    expect(care.room()).toBe(3);
    bots.push(aBot(3), aBot(4));
    expect(care.room()).toBe(1);
  });
});
