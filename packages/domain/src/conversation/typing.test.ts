import { expect, test } from 'vitest';
import { typingMs } from './typing.ts';

test.each([
  [0, 400],
  [40, 1_000],
  [10_000, 2_500],
])('typing %i characters takes %i ms', (length, ms) => {
  expect(typingMs('x'.repeat(length))).toBe(ms);
});
