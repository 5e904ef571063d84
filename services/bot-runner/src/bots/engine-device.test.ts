import { createLog } from '@wbm/runtime';
import { expect, test, vi } from 'vitest';
import { engineDevice } from './engine-device.ts';

const log = createLog({ service: 'test', level: 'silent' });

/** A device whose engine can do all but one thing. */
function aDevice(broken?: string) {
  const call = vi.fn(async (name: string) => {
    if (name === broken) throw new Error('deadline');
    return null;
  });
  const never = () => false;
  const { signal: ending } = new AbortController();
  const device = engineDevice({
    process: () => ({ call }) as never,
    files: {} as never,
    log,
    usable: never,
    held: never,
    ending,
  });
  return { device, asked: () => call.mock.calls.map(([name]) => name) };
}

test.each([undefined, 'markSeen', 'sendTyping'])(
  'who answers has read, and types: whatever of it fails (%s)',
  async (broken) => {
    const { device, asked } = aDevice(broken);
    await device.type('1@c.us', 1_000);
    expect(asked()).toEqual(['markSeen', 'sendTyping']);
  },
);

test('without an engine nobody types', async () => {
  const { signal: ending } = new AbortController();
  const none = () => undefined;
  const device = engineDevice({
    process: none,
    files: {} as never,
    log,
    usable: () => false,
    held: () => false,
    ending,
  });
  await expect(device.type('1@c.us', 1_000)).resolves.toBeUndefined();
});

test('a file is lent, or gone, or cannot be had now', async () => {
  const copy = { path: '/place', remove: async () => undefined };
  const lend = vi.fn().mockResolvedValueOnce(copy).mockResolvedValueOnce(null).mockRejectedValueOnce(new Error('EIO'));
  const { signal: ending } = new AbortController();
  const never = () => false;
  const device = engineDevice({ process: () => undefined, files: { lend }, log, usable: never, held: never, ending });
  expect(await device.lend('a')).toBe(copy);
  expect(await device.lend('a')).toBe('gone');
  expect(await device.lend('a')).toBe('later');
});
