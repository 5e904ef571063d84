import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { numberAgeDays, type SendingFacts, sendingBudget } from './sending-budget.ts';

const now = new Date('2026-03-10T12:00:00.000Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 24 * 3_600_000);
const budget = (over: Partial<SendingFacts>) =>
  sendingBudget({ engine: 'whatsapp-web.js', linkedAt: daysAgo(0), perMinute: null, perDay: null, now, ...over });

describe('a real number', () => {
  test.each([
    ['not linked yet', null, 8, 150, 10],
    ['linked just now', daysAgo(0), 8, 150, 10],
    ['linked by a clock that is ahead of ours', daysAgo(-1), 8, 150, 10],
    ['a moment before three days', daysAgo(2.999), 8, 150, 10],
    ['three days old', daysAgo(3), 10, 300, 20],
    ['a week old', daysAgo(7), 12, 600, 40],
    ['a month old', daysAgo(30), 16, 1_200, 80],
    ['a quarter old', daysAgo(90), 20, 2_000, 150],
    ['years old', daysAgo(2_000), 20, 2_000, 150],
  ])('%s', (_, linkedAt, perMinute, perDay, unaskedPerDay) => {
    expect(budget({ linkedAt })).toEqual({ perMinute, perDay, unaskedPerDay });
  });

  test.each([
    ['a minute', { perMinute: 60 }, { perMinute: 60, perDay: 150, unaskedPerDay: 10 }],
    ['a day', { perDay: 5_000 }, { perMinute: 8, perDay: 5_000, unaskedPerDay: 10 }],
    ['a day of less than the unasked ones', { perDay: 4 }, { perMinute: 8, perDay: 4, unaskedPerDay: 4 }],
  ])('what a person set for %s goes', (_, set, expected) => {
    expect(budget(set)).toEqual(expected);
  });

  test('an older number may send no less, and the unasked are always part of the day', () => {
    const age = fc.double({ min: 0, max: 500, noNaN: true });
    fc.assert(
      fc.property(age, age, (one, other) => {
        const younger = budget({ linkedAt: daysAgo(Math.min(one, other)) });
        const older = budget({ linkedAt: daysAgo(Math.max(one, other)) });
        for (const limit of ['perMinute', 'perDay', 'unaskedPerDay'] as const) {
          expect(older[limit]).toBeGreaterThanOrEqual(younger[limit] ?? Number.NaN);
        }
        expect(older.unaskedPerDay).toBeLessThanOrEqual((older.perDay ?? 0) / 10);
      }),
    );
  });
});

test('a simulated number has no limits but those that a person set', () => {
  expect(budget({ engine: 'sandbox' })).toEqual({ perMinute: null, perDay: null, unaskedPerDay: null });
  expect(budget({ engine: 'sandbox', perMinute: 3, perDay: 50 })).toEqual({
    perMinute: 3,
    perDay: 50,
    unaskedPerDay: null,
  });
});

test.each([
  [null, 0],
  [daysAgo(-3), 0],
  [daysAgo(0.9), 0],
  [daysAgo(12.4), 12],
])('the age of a number linked at %s', (linkedAt, days) => {
  expect(numberAgeDays(linkedAt, now)).toBe(days);
});
