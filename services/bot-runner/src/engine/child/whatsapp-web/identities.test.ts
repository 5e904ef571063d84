import { expect, test, vi } from 'vitest';
import { addresses, Identities, identityOfJid } from './identities.ts';

test('what is known is asked once, what is not after a minute again', async () => {
  let nowMs = 0;
  const lookup = vi.fn(async () => ({ phone: null as string | null, lid: '9988' as string | null }));
  const identities = new Identities(lookup, () => nowMs);
  expect(await identities.of('9988@lid', false)).toEqual({ phone: null, lid: '9988' });
  await identities.of('9988@lid', false);
  expect(lookup).toHaveBeenCalledTimes(1);
  nowMs = 61_000;
  lookup.mockResolvedValueOnce({ phone: '5511987650001', lid: '9988' });
  expect(await identities.of('9988@lid', false)).toEqual({ phone: '+5511987650001', lid: '9988' });
  nowMs = 600_000;
  await identities.of('9988@lid', true);
  expect(lookup).toHaveBeenCalledTimes(2);
});

test.each([
  ['rejects', () => Promise.reject(new Error('away'))],
  [
    'throws',
    () => {
      throw new Error('not ready');
    },
  ],
])('an address says by itself what it can when asking %s, and it is asked again', async (_, away) => {
  const lookup = vi.fn<() => Promise<{ phone: string | null; lid: string | null }>>(away);
  const identities = new Identities(lookup);
  expect(await identities.of('5511987650001@c.us', true)).toEqual({ phone: '+5511987650001', lid: null });
  lookup.mockResolvedValueOnce({ phone: '5511987650001', lid: '9988' });
  expect(await identities.of('5511987650001@c.us', true)).toMatchObject({ lid: '9988' });
  expect(identityOfJid('9988@lid')).toEqual({ phone: null, lid: '9988' });
});

test('every address of a person', () => {
  expect(addresses('9988@lid', { phone: '+5511987650001', lid: '9988' })).toEqual(['9988@lid', '5511987650001@c.us']);
});
