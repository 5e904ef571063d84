import { expect, test } from 'vitest';
import { pageInstant } from './page-instant.ts';

const now = new Date('2026-03-01T12:00:00.000Z');

test.each([
  [1_700_000_000_000, '2023-11-14T22:13:20.000Z'],
  [0, now.toISOString()],
  [-1, now.toISOString()],
  [Number.NaN, now.toISOString()],
  [1e300, now.toISOString()],
  [Date.UTC(10_000, 0, 1), now.toISOString()],
  ['1700000000000', now.toISOString()],
  [undefined, now.toISOString()],
])('%s', (ms, at) => {
  expect(pageInstant(ms, now)).toBe(at);
});
