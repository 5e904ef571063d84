import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@wbm/runtime';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { removeLeftovers } from './leftovers.ts';

/** A disk that does not let this go, whoever asks. */
const STAYS = 'session-a.probe';
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const rm: typeof real.rm = async (path, options) => {
    if (String(path).endsWith(`/${STAYS}`)) throw new Error('EIO');
    await real.rm(path, options);
  };
  return { ...real, rm };
});

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'wbm-leftovers-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const sweep = (erased: readonly string[]) =>
  removeLeftovers({
    fleet: { erased: async (there) => there.filter((botId) => erased.includes(botId)) },
    sessionsDir: home,
    picturesDir: join(home, 'pictures'),
    log: createLog({ service: 'test', level: 'silent' }),
  });

test('one that cannot be removed now holds up no other', async () => {
  for (const name of ['session-a', 'session-b', 'session-c']) await mkdir(join(home, name));
  await mkdir(join(home, 'session-a.lock')); // Nobody can take that.
  await sweep(['a', 'b']);
  expect((await readdir(home)).sort()).toEqual(['session-a', 'session-a.lock', 'session-c']);
});

test('what engines that were killed left goes after an hour; sessions, markers and locks stay', async () => {
  const left = ['session-c.probe', 'session-a.restoring', 'session-a.lock.0b51ee34-5b9c-4c5e-8f0c-2f6a5a4b7f10'];
  const stays = ['session-a', 'session-a.epoch', 'session-a.lock', 'session-probe'];
  const hoursAgo = new Date(Date.now() - 2 * 3_600_000);
  for (const name of [...left, ...stays]) {
    await mkdir(join(home, name));
    await utimes(join(home, name), hoursAgo, hoursAgo);
  }
  await mkdir(join(home, 'session-b.probe'));
  await sweep([]);
  expect((await readdir(home)).sort()).toEqual([...stays, 'session-b.probe'].sort());
});

test('what an engine left and the disk does not let go holds up nothing else', async () => {
  const hoursAgo = new Date(Date.now() - 2 * 3_600_000);
  for (const name of [STAYS, 'session-b.probe', 'session-c']) {
    await mkdir(join(home, name));
    await utimes(join(home, name), hoursAgo, hoursAgo);
  }
  await sweep(['c']);
  expect(await readdir(home)).toEqual([STAYS]);
});
