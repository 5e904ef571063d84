import { expect, test } from 'vitest';
import { mayBeSent, restartDelayMs, sendRetryMs, turnRetryMs } from './backoff.ts';

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

test.each([
  [1, 0, 1_000],
  [1, 1, 2_000],
  [3, 0.5, 6_000],
  [6, 1, 60_000],
  [1_000_000, 0, 30_000],
])('what did not leave %i times is put off, with %d, by %i ms', (failures, random, ms) => {
  expect(sendRetryMs(failures, random)).toBe(ms);
});

test.each([
  [0, true],
  [7, true],
  [8, false],
])('after %i tries a message may be sent: %s', (tries, may) => {
  expect(mayBeSent(tries)).toBe(may);
});
