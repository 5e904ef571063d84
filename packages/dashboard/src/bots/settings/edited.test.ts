import { expect, it } from 'vitest';
import { changedFrom, rebased } from './edited.ts';

const opened = { answerAgeMs: 1, historyCapture: true };

it('names only what a person has changed', () => {
  expect(changedFrom(opened, opened)).toEqual({});
  expect(changedFrom({ ...opened, answerAgeMs: 2 }, opened)).toEqual({ answerAgeMs: 2 });
  expect(changedFrom<{ limit: number | null }>({ limit: null }, { limit: 3 })).toEqual({ limit: null });
});

it.each([
  ['what somebody else changed comes in', opened, { answerAgeMs: 5, historyCapture: false }],
  ['what was typed stays', { ...opened, answerAgeMs: 2 }, { answerAgeMs: 2, historyCapture: false }],
  [
    'what both changed stays as typed',
    { answerAgeMs: 2, historyCapture: false },
    { answerAgeMs: 2, historyCapture: false },
  ],
])('when the current values are loaded, %s', (_what, typed, shown) => {
  expect(rebased(typed, opened, { answerAgeMs: 5, historyCapture: false })).toEqual(shown);
});
