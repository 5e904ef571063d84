import { describe, expect, test } from 'vitest';
import { type BotMemory, careFor, mayRenew, needsFirstCopy, roomByMemory } from './care.ts';

const MB = 1024 * 1024;
const HOUR = 3_600_000;

describe('what a running bot needs', () => {
  const DAYS = 7 * 24 * HOUR;
  test.each([
    ['a usual one', { memory: 150 }, 'nothing'],
    ['more than it may, for a moment', { memory: 701, timesOver: 1 }, 'nothing'],
    ['more than it may, again', { memory: 701, timesOver: 2 }, 'nothing'],
    ['more than it may, for long', { memory: 701, timesOver: 3 }, 'restart-now'],
    ['far more than it may, at once', { memory: 1_051, timesOver: 1 }, 'restart-now'],
    ['just what it may', { memory: 700, timesOver: 9, upMs: HOUR }, 'nothing'],
    ['while it starts it may take more', { memory: 1_050, timesOver: 9, ready: false }, 'nothing'],
    ['and not for ever', { memory: 1_051, timesOver: 3, ready: false }, 'restart-now'],
    ['nor without any limit', { memory: 1_576, timesOver: 1, ready: false }, 'restart-now'],
    ['near its limit', { memory: 500, upMs: 13 * HOUR }, 'renew'],
    ['near its limit and just renewed', { memory: 500, upMs: 11 * HOUR }, 'nothing'],
    ['for a week', { memory: 150, upMs: DAYS }, 'renew'],
    ['not measurable', { memory: null, upMs: 100 * HOUR }, 'nothing'],
    ['not measurable, for a week', { memory: null, upMs: DAYS }, 'renew'],
  ])('%s', (_, { memory, ...bot }, care) => {
    const usual = { limit: 700 * MB, longestUpMs: DAYS, ready: true, timesOver: 0, upMs: 0 };
    expect(careFor({ ...usual, ...bot, memory: memory === null ? null : memory * MB })).toBe(care);
  });
});

describe('the moment of a renewal', () => {
  const usual = { now: new Date('2026-03-10T07:30:00Z'), timeZone: 'America/Sao_Paulo', recycleHour: 4, quietMs: HOUR };
  test.each([
    ['half past four where the bot is', {}, true],
    ['the hour is over', { now: new Date('2026-03-10T08:00:00Z') }, false],
    ['another zone', { timeZone: 'Europe/Berlin' }, false],
    ['somebody wrote a moment ago', { quietMs: 4 * 60_000 }, false],
    ['a zone that nobody knows counts as UTC', { timeZone: 'Mars/Base', recycleHour: 7 }, true],
  ])('%s', (_, change, may) => {
    expect(mayRenew({ ...usual, ...change })).toBe(may);
  });
});

describe('the first copy of a session', () => {
  const MINUTE = 60_000;
  test.each([
    ['a settled link and a quiet moment', {}, true],
    ['there is one', { lacksCopy: false }, false],
    ['linked or started a moment ago', { readyMs: 10 * MINUTE - 1 }, false],
    ['not ready', { readyMs: 0 }, false],
    ['somebody wrote a moment ago', { quietMs: 5 * MINUTE - 1 }, false],
  ])('%s', (_, change, needs) => {
    const usual = { lacksCopy: true, readyMs: 10 * MINUTE, quietMs: 5 * MINUTE };
    expect(needsFirstCopy({ ...usual, ...change })).toBe(needs);
  });
});

describe('room by memory', () => {
  const browser = (mb: number | null, ready = mb !== null) => ({
    browser: true,
    memory: mb === null ? null : mb * MB,
    ready,
  });
  const simulated = (mb: number) => ({ browser: false, memory: mb * MB, ready: true });
  const room = (budgetMb: number, bots: BotMemory[] = [], freeMb: number | null = null) =>
    roomByMemory({ budget: budgetMb * MB, free: freeMb === null ? null : freeMb * MB, botLimit: 700 * MB, bots });

  test.each([
    ['an empty runner', room(1_000), 2],
    ['of what a whole machine carries, first what is safe', room(3_600), 5],
    ['with less, two to see what they take', room(1_300), 2],
    ['while nobody knows what those take, no more', room(1_700, [browser(null), browser(null)]), 0],
    ['one that waits for a scan keeps nobody waiting', room(1_700, [browser(90, false), browser(90, false)]), 2],
    ['as many as are known, and two', room(1_800, [browser(300), browser(300)]), 3],
    ['large ones are expected to stay large', room(2_000, [browser(600), browser(600)]), 1],
    ['one that is not ready comes to the usual', room(1_000, [browser(50, false)]), 1],
    ['the machine has less left than the budget', room(10_000, [browser(300)], 850), 2],
    ['what is still coming will be missing from what is left', room(10_000, [browser(null)], 850), 1],
    ['more taken than there may be', room(500, [browser(300), browser(300)]), 0],
    ['simulated ones leave their room to it', room(1_000, Array(4).fill(simulated(45))), 2],
    ['the first one always', room(100, [], 20), 1],
    ['a second one only with room', room(100, [simulated(45)], 20), 0],
  ])('of bots with a browser: %s', (_, { browsers }, wanted) => {
    expect(browsers).toBe(wanted);
  });

  test.each([
    ['many', room(1_000), 16],
    ['as many as they really are large', room(1_000, Array(10).fill(simulated(100))), 0],
    ['beside a browser on its way', room(1_000, [browser(null)]), 10],
    ['the first one always', room(10), 1],
    ['a second one only with room', room(100, [simulated(45)]), 0],
  ])('of simulated ones: %s', (_, fits, wanted) => {
    expect(fits.simulated).toBe(wanted);
  });

  test('what it carries in all does not wait for anybody', () => {
    expect(room(1_700, [browser(null), browser(null)]).carries).toBe(2);
    expect(room(900, [browser(null), browser(null)]).carries).toBe(0);
  });
});
