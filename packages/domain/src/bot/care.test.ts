import { describe, expect, test } from 'vitest';
import { careFor, mayRenew, roomByMemory } from './care.ts';

const MB = 1024 * 1024;
const HOUR = 3_600_000;

test.each([
  ['a usual one', 150, 90 * HOUR, 'nothing'],
  ['more than it may', 701, 0, 'restart-now'],
  ['just what it may', 700, 0, 'nothing'],
  ['near its limit', 500, 13 * HOUR, 'renew'],
  ['near its limit and just renewed', 500, 11 * HOUR, 'nothing'],
  ['for a week', 150, 7 * 24 * HOUR, 'renew'],
  ['not measurable', null, 100 * HOUR, 'nothing'],
  ['not measurable, for a week', null, 7 * 24 * HOUR, 'renew'],
])('%s', (_, mb, upMs, care) => {
  const memory = mb === null ? null : mb * MB;
  expect(careFor({ memory, limit: 700 * MB, upMs, longestUpMs: 7 * 24 * HOUR })).toBe(care);
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

describe('room by memory', () => {
  const ready = (mb: number) => ({ memory: mb * MB, ready: true });
  const room = (
    budgetMb: number,
    bots: { memory: number | null; ready: boolean }[] = [],
    freeMb: number | null = null,
  ) => roomByMemory({ budget: budgetMb * MB, free: freeMb === null ? null : freeMb * MB, bots });

  test.each([
    ['an empty runner', room(1_000), 5],
    ['too little for one', room(199), 0],
    ['small ones count as what they take', room(1_000, Array(10).fill(ready(45))), 2],
    ['large ones are expected to stay large', room(1_000, [ready(300), ready(300)]), 1],
    ['one that was never measured is expected to come to the usual', room(1_000, [{ memory: null, ready: true }]), 4],
    ['one that is not ready too, whatever it takes now', room(1_000, [{ memory: 50 * MB, ready: false }]), 4],
    ['the machine has less left than the budget', room(10_000, [ready(200)], 450), 2],
    ['what is still coming will be missing from what is left', room(10_000, [{ memory: null, ready: false }], 450), 1],
    ['more taken than there may be', room(500, [ready(300), ready(300)]), 0],
  ])('%s', (_, fits, wanted) => {
    expect(fits).toBe(wanted);
  });
});
