import { expect, test } from 'vitest';
import { waitFor } from './wait-for.ts';

test('answers what the condition answers at last, also 0 and the empty text', async () => {
  let asked = 0;
  expect(await waitFor(() => (++asked < 3 ? undefined : asked), { what: 'three', intervalMs: 1 })).toBe(3);
  expect(await waitFor(() => 0, { what: 'nought' })).toBe(0);
  expect(await waitFor(async () => '', { what: 'nothing' })).toBe('');
});

test('says what it waited for, and the last error as its cause', async () => {
  const cause = new Error('still closed');
  const waiting = waitFor(() => Promise.reject(cause), { what: 'the shop to open', timeoutMs: 20, intervalMs: 5 });
  await expect(waiting).rejects.toMatchObject({ message: 'waited 20 ms for the shop to open', cause });
});
