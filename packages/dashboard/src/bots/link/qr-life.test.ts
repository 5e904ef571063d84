import { expect, it } from 'vitest';
import { secondsLeft } from './qr-life.ts';

const cameAt = Date.parse('2026-01-01T00:00:00.000Z');
const left = (expiresAt: string, afterMs: number) => secondsLeft(expiresAt, cameAt, cameAt + afterMs);

it.each([
  ['the first code', '2026-01-01T00:01:00.000Z', 60],
  ['a later one', '2026-01-01T00:00:20.000Z', 20],
  ['one that was here before somebody looked', '2026-01-01T00:00:03.001Z', 4],
  ['one that is over by a clock that is ahead', '2025-12-31T23:59:59.000Z', 20],
  ['one that is over as it comes', '2026-01-01T00:00:00.000Z', 20],
  ['one that would live too long by a clock that is behind', '2026-01-01T00:05:00.000Z', 60],
])('counts %s down from when it came', (_what, expiresAt, seconds) => {
  expect(left(expiresAt, 0)).toBe(seconds);
  expect(left(expiresAt, 1_000)).toBe(seconds - 1);
  expect(left(expiresAt, 90_000)).toBe(0);
});

it('counts nothing when nobody said until when', () => {
  expect(secondsLeft(null, cameAt, cameAt)).toBeNull();
});
