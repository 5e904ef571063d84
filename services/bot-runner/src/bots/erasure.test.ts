import type { HeldBot, LogoutFault } from '@wbm/db';
import { createLog } from '@wbm/runtime';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EngineEvent } from '../engine/port.ts';
import type { SessionGap } from '../sessions/bot-session.ts';
import { Erasure } from './erasure.ts';

const held: HeldBot = { workspaceId: 'w', botId: 'b', runEpoch: 4, status: 'erase', restartNo: 0 };
const ready: EngineEvent = { event: 'ready', ownNumber: '+15550100001' };
const qr: EngineEvent = { event: 'qr', qr: 'code', expiresAt: '2026-01-01T00:00:00.000Z' };

type World = { exists?: boolean; wasLinked?: boolean; tried?: boolean | null; gap?: SessionGap | null };

function aWorld({ exists = true, wasLinked = true, tried = null, gap = null }: World = {}) {
  const row: { loggedOut: boolean | null; fault?: LogoutFault | null } = { loggedOut: tried };
  const done: string[] = [];
  const say = (word: string) => async () => void done.push(word);
  const logout = vi.fn(async () => null as never);
  const process = { call: logout };
  let heard: { onEvent: (event: EngineEvent) => void; onStarted?: () => void } = { onEvent: () => undefined };
  const supervisor = {
    process: process as never,
    start: vi.fn(() => void done.push('start')),
    stop: vi.fn(say('stop')),
    kill: vi.fn(() => void done.push('kill')),
    fence: vi.fn(),
    leaseRenewed: vi.fn(),
  };
  const erase = vi.fn(say('erase'));
  const erasure = new Erasure(held, {
    supervise: (hooks) => {
      heard = hooks;
      return supervisor;
    },
    rows: {
      loggedOut: async () => row.loggedOut,
      setLoggedOut: async (fault) => {
        row.loggedOut = fault === null;
        row.fault = fault;
      },
      erased: async () => {
        done.push(row.loggedOut ? 'row: logged out' : 'row: perhaps still linked');
        return true;
      },
    },
    session: { exists: async () => exists, erase, gap, drop: () => void done.push('drop') },
    bells: { released: () => undefined, changed: () => undefined },
    wasLinked: async () => wasLinked,
    log: createLog({ service: 'test', level: 'silent' }),
  });
  return {
    erasure,
    done,
    logout,
    erase,
    supervisor,
    row,
    begun: () => heard.onStarted?.(),
    tell: (event: EngineEvent) => heard.onEvent(event),
  };
}

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test('a session is started, logged out, stopped, removed, and then entered as erased', async () => {
  const { erasure, done, logout, tell } = aWorld();
  const carriedOut = erasure.carryOut();
  await pass(0);
  expect(done).toEqual(['start']);
  tell({ event: 'authenticated' });
  tell(ready);
  await carriedOut;
  expect(logout).toHaveBeenCalledTimes(1);
  expect(done).toEqual(['start', 'stop', 'erase', 'row: logged out']);
  expect(erasure.leaving).toBe(true);
});

test('one that asks for a scan is linked to nothing', async () => {
  const { erasure, done, logout, tell } = aWorld();
  const carriedOut = erasure.carryOut();
  await pass(0);
  tell(qr);
  await carriedOut;
  expect(logout).not.toHaveBeenCalled();
  expect(done).toEqual(['start', 'stop', 'erase', 'row: logged out']);
});

const kept: EngineEvent = { event: 'state', state: 'logged-out', reason: 'It was put aside.', kept: true };
const ended: EngineEvent = { event: 'state', state: 'logged-out', reason: 'The phone unlinked it.' };

test.each<[string, EngineEvent, World, LogoutFault | null]>([
  ['WhatsApp ended', ended, {}, null],
  ['was put aside because it never got ready', kept, {}, 'put-aside'],
  ['is damaged, so that another is asked for', { ...qr, reason: 'Its files are damaged.' }, {}, 'put-aside'],
  ['was put aside long ago', qr, { gap: 'put-aside' }, 'put-aside'],
  ['is in a copy with another key', qr, { gap: 'other-key' }, 'other-key'],
  ['is in a copy that is missing', { event: 'pairing-code', code: 'ABCD' }, { gap: 'missing' }, 'missing'],
  ['never was', qr, { gap: 'nothing', wasLinked: false }, null],
])('a session that %s: whether nobody runs it any more', async (_, event, world, fault) => {
  const { erasure, done, logout, row, tell } = aWorld(world);
  const carriedOut = erasure.carryOut();
  await pass(0);
  tell(event);
  await carriedOut;
  expect(logout).not.toHaveBeenCalled();
  expect(row.fault).toBe(fault);
  expect(done).toEqual(['start', 'stop', 'erase', fault === null ? 'row: logged out' : 'row: perhaps still linked']);
});

test('where there is no session no engine is started; who was linked once may still be', async () => {
  for (const [wasLinked, row] of [
    [false, 'row: logged out'],
    [true, 'row: perhaps still linked'],
  ] as const) {
    const { erasure, done } = aWorld({ exists: false, wasLinked });
    await erasure.carryOut();
    expect(done).toEqual(['stop', 'erase', row]);
  }
});

test('one that never gets ready is removed two minutes after its engine began, and it is said', async () => {
  const { erasure, done, begun } = aWorld();
  const carriedOut = erasure.carryOut();
  await pass(600_000); // It waits in line with other bots that start.
  begun();
  await pass(100_000);
  begun(); // Again, which gives it no more time.
  await pass(19_000);
  expect(done).toEqual(['start']);
  await pass(1_000);
  await carriedOut;
  expect(done).toEqual(['start', 'stop', 'erase', 'row: perhaps still linked']);
});

test('one that cannot start at all is removed at once, and it is said', async () => {
  const { erasure, done, tell } = aWorld();
  const carriedOut = erasure.carryOut();
  await pass(0);
  tell({ event: 'failure', fatal: true, reason: 'No Chromium was found.' });
  await carriedOut;
  expect(done.at(-1)).toBe('row: perhaps still linked');
});

test('a logout that fails is tried again', async () => {
  const { erasure, done, logout, tell } = aWorld();
  logout.mockRejectedValueOnce(new Error('no answer'));
  const carriedOut = erasure.carryOut();
  await pass(0);
  tell(ready);
  await pass(4_000);
  expect(done).toEqual(['start']);
  await pass(1_000);
  await carriedOut;
  expect(logout).toHaveBeenCalledTimes(2);
  expect(done.at(-1)).toBe('row: logged out');
});

test('what cannot be removed now is removed later, without another logout', async () => {
  const { erasure, done, erase, tell } = aWorld();
  erase.mockRejectedValueOnce(new Error('the disk'));
  const carriedOut = erasure.carryOut();
  await pass(0);
  tell(ready);
  await pass(29_000);
  expect(done).toEqual(['start', 'stop', 'stop']);
  await pass(1_000);
  await carriedOut;
  expect(done).toEqual(['start', 'stop', 'stop', 'stop', 'erase', 'row: logged out']);
});

test('what an earlier run has tried is not tried again', async () => {
  for (const [tried, row] of [
    [true, 'row: logged out'],
    [false, 'row: perhaps still linked'],
  ] as const) {
    const { erasure, done } = aWorld({ tried });
    await erasure.carryOut();
    expect(done).toEqual(['stop', 'erase', row]);
  }
});

test('a runner that stops leaves the rest to the next one', async () => {
  const { erasure, done } = aWorld();
  const carriedOut = erasure.carryOut();
  await pass(0);
  await erasure.stop();
  await carriedOut;
  expect(done).toEqual(['start', 'stop']);
});

test('a run that lost the bot touches nothing', async () => {
  const { erasure, done } = aWorld();
  const carriedOut = erasure.carryOut();
  await pass(0);
  erasure.drop();
  await carriedOut;
  expect(done).toEqual(['start', 'kill', 'drop', 'stop']);
});
