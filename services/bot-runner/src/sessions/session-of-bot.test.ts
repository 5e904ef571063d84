import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Blobs } from '@wbm/blobs';
import { createLog } from '@wbm/runtime';
import { expect, onTestFinished, test } from 'vitest';
import type { SessionRows } from '../ports.ts';
import { sessionsOf } from './session-of-bot.ts';

const DEADLINE_MS = 300;

/** A session that was linked and whose engine has ended, with a store that takes so long for a copy. */
async function aStoppedSession(storeMs: number, stopping: AbortSignal) {
  const home = await mkdtemp(join(tmpdir(), 'wbm-session-of-bot-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const entered: string[] = [];
  const blobs = {
    list: async () => [],
    put: async (_key, source, { signal }) => {
      await pause(storeMs, undefined, { signal });
      for await (const _ of source);
      return { size: 1 };
    },
  } as Partial<Blobs> as Blobs;
  const rows = {
    valid: async () => [],
    add: async ({ id }) => entered.push(id) > 0,
    prune: async () => entered,
  } as Partial<SessionRows> as SessionRows;
  const session = sessionsOf(
    { DATA_DIR: home, SHUTDOWN_DEADLINE_MS: DEADLINE_MS, SESSION_KEY: randomBytes(32).toString('hex') },
    {
      blobs,
      rowsOf: () => rows,
      leaseHolds: () => true,
      stopping,
      log: createLog({ service: 'test', level: 'silent' }),
    },
  )({ workspaceId: 'w', botId: 'b', runEpoch: 1, status: 'enabled', restartNo: 0 });
  await session.prepare('whatsapp-web.js');
  await mkdir(join(home, 'sessions/session-b/Default/IndexedDB'), { recursive: true });
  session.entered('ready');
  return { session, entered };
}

test('a bot that is stopped in a runner that goes on gets its copy, however slow the store', async () => {
  const { session, entered } = await aStoppedSession(2 * DEADLINE_MS, new AbortController().signal);
  await session.keep();
  expect(entered).toHaveLength(1);
});

test('a runner that is asked to stop does not wait for a store beyond its deadline', async () => {
  const { session, entered } = await aStoppedSession(120_000, AbortSignal.abort());
  await session.keep();
  expect(entered).toEqual([]);
});
