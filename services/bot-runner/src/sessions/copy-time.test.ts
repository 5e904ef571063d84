import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { copyTime } from './copy-time.ts';

const DEADLINE_MS = 200;

test('while nobody asks the runner to stop, its deadline is no matter', async () => {
  const late = copyTime(new AbortController().signal, DEADLINE_MS)();
  await pause(2 * DEADLINE_MS);
  expect(late.aborted).toBe(false);
});

test('when it is asked to, all copies end with the most of its deadline, whenever they were begun', async () => {
  const stopping = new AbortController();
  const until = copyTime(stopping.signal, DEADLINE_MS);
  const before = until();
  const beganMs = performance.now();
  stopping.abort();
  const after = until();
  expect([before.aborted, after.aborted]).toEqual([false, false]);
  await expect.poll(() => before.aborted && after.aborted, { interval: 5, timeout: 20_000 }).toBe(true);
  expect(performance.now() - beganMs).toBeGreaterThan(0.7 * DEADLINE_MS);
  expect(until().aborted).toBe(true);
});

test('a runner that was asked to stop while it started has no more time than another', async () => {
  const until = copyTime(AbortSignal.abort(), DEADLINE_MS);
  expect(until().aborted).toBe(false);
  await expect.poll(() => until().aborted, { interval: 5, timeout: 20_000 }).toBe(true);
});
