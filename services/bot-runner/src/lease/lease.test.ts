import { expect, test } from 'vitest';
import { Lease } from './lease.ts';

test('counts from when the beat was sent, up to four fifths of the lease', () => {
  let nowMs = 1_000;
  const lease = new Lease({ now: () => new Date(), monotonicMs: () => nowMs }, 1_000);
  expect(lease.holds()).toBe(false);
  lease.renewed(900);
  expect(lease.remainingMs()).toBe(700);
  lease.renewed(800); // An older beat whose answer came late.
  expect(lease.remainingMs()).toBe(700);
  nowMs = 1_699;
  expect(lease.holds()).toBe(true);
  nowMs = 1_700;
  expect(lease.holds()).toBe(false);
});
