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

test('however many want to know at the same time, it is asked once', async () => {
  const lookup = vi.fn(async () => ({ phone: null, lid: '9988' }));
  const identities = new Identities(lookup);
  const all = await Promise.all(Array.from({ length: 200 }, () => identities.of('9988@lid', false)));
  expect(new Set(all.map(({ lid }) => lid))).toEqual(new Set(['9988']));
  expect(lookup).toHaveBeenCalledTimes(1);
});

const byItself = { phone: '+5511987650001', lid: null };

test('an address says by itself what it can while nobody is there to be asked', async () => {
  const lookup = vi.fn<() => Promise<{ phone: string | null; lid: string | null }>>(() => {
    throw new Error('not-ready');
  });
  const identities = new Identities(lookup);
  expect(await identities.of('5511987650001@c.us', true)).toEqual(byItself);
  lookup.mockResolvedValueOnce({ phone: '5511987650001', lid: '9988' });
  expect(await identities.of('5511987650001@c.us', true)).toMatchObject({ lid: '9988' });
  expect(identityOfJid('9988@lid')).toEqual({ phone: null, lid: '9988' });
});

test('asking that failed is not tried again for every message', async () => {
  let nowMs = 0;
  const lookup = vi.fn(async () => ({ phone: '5511987650001', lid: '9988' }));
  lookup.mockRejectedValueOnce(new Error('late'));
  const identities = new Identities(lookup, () => nowMs);
  expect(await identities.of('5511987650001@c.us', true)).toEqual(byItself);
  nowMs = 9_000;
  expect(await identities.of('5511987650001@c.us', true)).toEqual(byItself);
  expect(lookup).toHaveBeenCalledTimes(1);
  nowMs = 11_000;
  expect(await identities.of('5511987650001@c.us', true)).toMatchObject({ lid: '9988' });
});

test('what is known is not forgotten because asking for the rest failed', async () => {
  let nowMs = 0;
  const lookup = vi.fn(async () => ({ phone: '5511987650001' as string | null, lid: null as string | null }));
  const identities = new Identities(lookup, () => nowMs);
  await identities.of('9988@lid', false);
  nowMs = 61_000;
  lookup.mockRejectedValueOnce(new Error('late'));
  expect(await identities.of('9988@lid', true)).toEqual({ phone: '+5511987650001', lid: '9988' });
});

test('every address of a person', () => {
  expect(addresses('9988@lid', { phone: '+5511987650001', lid: '9988' })).toEqual(['9988@lid', '5511987650001@c.us']);
});
