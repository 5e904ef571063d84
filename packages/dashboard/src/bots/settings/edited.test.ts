import { expect, it } from 'vitest';
import { changedFrom, comingIn, rebased } from './edited.ts';

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

const version = (n: number) => ({ version: n });
type News = { readonly current: number; readonly saved?: readonly [number, number]; readonly touched?: true };

it.each<[string, News, number | null]>([
  ['nothing, while all is as it was', { current: 1 }, null],
  ['what is current, while nothing is typed', { current: 3 }, 3],
  ['nothing that somebody else changed, once something is typed', { current: 3, touched: true }, null],
  ['what was saved here, also under what is typed', { current: 2, saved: [1, 2], touched: true }, 2],
  ['only that, when somebody else changed more since', { current: 3, saved: [1, 2], touched: true }, 2],
  ['nothing that was saved here over what somebody else changed', { current: 3, saved: [2, 3], touched: true }, null],
  ['nothing when saving changed nothing', { current: 1, saved: [1, 1], touched: true }, null],
])('brings in %s', (_what, { current, saved, touched = false }, comes) => {
  const last = saved ? { over: saved[0], settings: version(saved[1]) } : null;
  const settings = comingIn(version(1), { current: version(current), saved: last, touched });
  expect(settings?.version ?? null).toBe(comes);
});
