import { expect, test } from 'vitest';
import { planCatchUp } from './catch-up.ts';

const now = new Date('2026-03-10T12:00:00.000Z');
const at = (iso: string) => new Date(`2026-03-${iso}:00.000Z`);

test.each([
  ['never linked before: a week, and nothing is answered', null, at('03T12:00'), now],
  ['away for an hour', at('10T11:00'), at('10T10:58'), at('10T10:58')],
  ['away for days: the last half day is answered', at('08T12:00'), at('08T11:58'), at('10T00:00')],
])('%s', (_, caughtUpTo, since, answerFrom) => {
  expect(planCatchUp(caughtUpTo, now)).toEqual({ since, answerFrom });
});
