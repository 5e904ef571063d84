import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

test.each([
  [1, 250, 0, 125],
  [1, 250, 1, 250],
  [3, 250, 1, 1_000],
  [8, 250, 1, 5_000],
  [40, 1_000, 0, 2_500],
])('after failure %i of base %i with chance %i: %i ms', (attempt, base, chance, ms) => {
  expect(backoffMs(attempt, base, () => chance)).toBe(ms);
});
