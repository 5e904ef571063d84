import { expect, test } from 'vitest';
import { RecentIds } from './recent-ids.ts';

test('keeps the last five thousand, and what is named again', () => {
  const ids = new RecentIds();
  for (let n = 0; n < 5_000; n += 1) ids.add(String(n));
  expect(ids.has('0')).toBe(true);
  ids.add('0');
  for (let n = 5_000; n < 6_000; n += 1) ids.add(String(n));
  expect(['0', '1', '1000', '1001', '5999'].map((id) => ids.has(id))).toEqual([true, false, false, true, true]);
  expect([ids.delete('0'), ids.delete('0'), ids.has('0')]).toEqual([true, false, false]);
});
