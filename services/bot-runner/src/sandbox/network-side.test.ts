import { createLog, Transient } from '@wbm/runtime';
import { expect, test } from 'vitest';
import type { NetworkRows } from '../ports.ts';
import { networkSide } from './network-side.ts';

function fetchFrom(serve: () => Promise<number | 'too-large' | 'gone'>) {
  const side = networkSide({
    network: { mediaOf: async () => 'file' } as unknown as NetworkRows,
    bells: { networkChanged: () => undefined },
    files: { lentAs: () => null, serve },
    leaseHolds: () => true,
    log: createLog({ service: 'test', level: 'silent' }),
  });
  return side.fetch({ waMessageId: 'm', path: '/nowhere', maxBytes: 10 });
}

test('a file is served, or it is said why not', async () => {
  expect(await fetchFrom(async () => 5)).toEqual({ outcome: 'stored', size: 5, mimeType: null });
  expect(await fetchFrom(async () => 'gone')).toEqual({ outcome: 'gone' });
});

test('what the disk does not give or take is said to be that, and nothing else is', async () => {
  const full = async () => Promise.reject(new Transient('blobs.unavailable', 'ENOSPC'));
  expect(await fetchFrom(full)).toEqual({ outcome: 'disk' });
  await expect(fetchFrom(async () => Promise.reject(new Error('a bug')))).rejects.toThrow('a bug');
});
