import { expect, test } from 'vitest';
import { restartDelayMs, turnRetryMs } from './backoff.ts';

test.each([
  [0, 0.5, 0],
  [1, 0, 500],
  [1, 1, 1_000],
  [4, 1, 8_000],
  [9, 1, 256_000],
  [10, 1, 300_000],
  [1_000_000, 0, 150_000],
])('restart after %i failures with %d is put off by %i ms', (failures, random, ms) => {
  expect(restartDelayMs(failures, random)).toBe(ms);
});

test.each([
  [0, 1_000],
  [1, 1_000],
  [3, 4_000],
  [7, 60_000],
  [1_000_000, 60_000],
])('a turn that failed %i times is put off by %i ms', (failures, ms) => {
  expect(turnRetryMs(failures)).toBe(ms);
});
