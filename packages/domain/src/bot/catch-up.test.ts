import { expect, test } from 'vitest';
import { isHistory, newsFrom, planCatchUp } from './catch-up.ts';

const now = new Date('2026-03-10T12:00:00.000Z');
const at = (iso: string) => new Date(`2026-03-${iso}:00.000Z`);
const hours = (count: number) => count * 3_600_000;
const facts = { linkedAt: at('10T11:58'), answerAgeMs: hours(12), now };

test.each([
  ['never linked before: a week, and nothing before the link', null, 12, '03T11:58', '10T11:58', '10T11:58'],
  ['away for an hour', at('10T11:00'), 12, '10T10:58', '10T10:58', '10T10:58'],
  ['away for days: the last half day', at('08T12:00'), 12, '08T11:58', '10T00:00', '10T00:00'],
  ['a bot that answers nothing older than an hour', at('08T12:00'), 1, '08T11:58', '10T11:00', '10T06:00'],
])('%s', (_, caughtUpTo, age, since, answerFrom, takenOverFrom) => {
  expect(planCatchUp({ ...facts, caughtUpTo, answerAgeMs: hours(age) })).toEqual({
    since: at(since),
    answerFrom: at(answerFrom),
    takenOverFrom: at(takenOverFrom),
  });
});

test.each([
  [false, '10T10:59', true],
  [false, '10T11:00', false],
  [true, '10T10:59', false],
  [true, '10T05:59', true],
])('written by us: %s, at %s: is history: %s', (fromMe, written, history) => {
  expect(isHistory({ fromMe, at: at(written).toISOString() }, newsFrom(hours(1), now))).toBe(history);
});

test('a bot that answers nothing it missed answers what it hears', () => {
  const { answerFrom } = planCatchUp({ ...facts, caughtUpTo: at('10T11:00'), answerAgeMs: 0 });
  expect(answerFrom).toEqual(now);
  const written = (time: string) => isHistory({ fromMe: false, at: at(time).toISOString() }, newsFrom(0, now));
  expect([written('10T11:51'), written('10T11:49')]).toEqual([false, true]);
});
