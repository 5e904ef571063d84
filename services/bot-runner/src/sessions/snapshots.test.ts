import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openBlobs } from '@wbm/blobs';
import { createLog } from '@wbm/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { STATE } from '../../test/a-session-world.ts';
import type { SessionRows } from '../ports.ts';
import { sessionKey } from './session-keys.ts';
import { Snapshots } from './snapshots.ts';

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'wbm-copies-'));
  await mkdir(join(home, 'profile', STATE, '..'), { recursive: true });
  await writeFile(join(home, 'profile', STATE), 'linked');
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** The copies of a bot of its own, with rows that do as the test says. */
function someCopies(botId: string, rows: Pick<SessionRows, 'add' | 'prune'>) {
  const blobs = openBlobs({ dir: join(home, 'blobs') });
  const snapshots = new Snapshots({
    workspaceId: 'w',
    botId,
    runEpoch: 1,
    rows: rows as SessionRows,
    blobs,
    keys: [sessionKey(randomBytes(32).toString('hex'))],
    log: createLog({ service: 'test', level: 'silent' }),
  });
  const put = (id: string) => blobs.put(`sessions/w/${botId}/${id}`, Readable.from(['x']), { maxBytes: 10 });
  const there = () => blobs.list(`sessions/w/${botId}`);
  return { snapshots, put, there };
}

test('tidying removes what is not entered, and nothing that a later run keeps meanwhile', async () => {
  const { snapshots, put, there } = someCopies('a', {
    add: async () => true,
    async prune() {
      await put('later');
      return ['kept'];
    },
  });
  await put('kept');
  await put('old');
  await snapshots.tidy();
  expect(await there()).toEqual(['sessions/w/a/kept', 'sessions/w/a/later']);
});

test('a run that lost the bot removes nothing', async () => {
  const { snapshots, put, there } = someCopies('b', { add: async () => true, prune: async () => null });
  await put('later');
  await snapshots.tidy();
  expect(await there()).toEqual(['sessions/w/b/later']);
});

test('tidying waits for a copy whose bytes are there and which is not entered yet', async () => {
  const entered: string[] = [];
  const entering = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const { snapshots, there } = someCopies('c', {
    async add({ id }) {
      reached.resolve();
      await entering.promise;
      entered.push(id);
      return true;
    },
    prune: async () => [...entered],
  });
  const taking = snapshots.take(join(home, 'profile'), AbortSignal.timeout(10_000));
  await reached.promise;
  const tidying = snapshots.tidy();
  await new Promise(setImmediate);
  entering.resolve();
  await Promise.all([taking, tidying]);
  expect(await there()).toEqual([`sessions/w/c/${entered[0]}`]);
});
