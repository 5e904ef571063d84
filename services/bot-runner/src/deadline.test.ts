import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withDeadline, within } from './deadline.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what is done in time is answered, and leaves no timer', async () => {
  expect(await withDeadline(100, Promise.resolve('done'))).toBe('done');
  await expect(withDeadline(100, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect([await within(100, Promise.resolve()), await within(100, Promise.reject(new Error('broken')))]).toEqual([
    true,
    true,
  ]);
  expect(vi.getTimerCount()).toBe(0);
});

test('nobody waits longer, and how it ends afterwards is nobody’s business', async () => {
  const work = Promise.withResolvers<void>();
  const strict = expect(withDeadline(100, work.promise)).rejects.toThrow(/^late$/);
  const patient = within(100, work.promise);
  await vi.advanceTimersByTimeAsync(100);
  await strict;
  expect(await patient).toBe(false);
  work.reject(new Error('too late to be heard'));
  await vi.advanceTimersByTimeAsync(0);
});
