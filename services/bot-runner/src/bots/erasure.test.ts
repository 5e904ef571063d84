import type { HeldBot } from '@wbm/db';
import { createLog } from '@wbm/runtime';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EngineEvent } from '../engine/port.ts';
import { Erasure } from './erasure.ts';

const held: HeldBot = { workspaceId: 'w', botId: 'b', runEpoch: 4, status: 'erase', restartNo: 0 };
const ready: EngineEvent = { event: 'ready', ownNumber: '+15550100001' };
const qr: EngineEvent = { event: 'qr', qr: 'code', expiresAt: '2026-01-01T00:00:00.000Z' };

function aWorld({ exists = true, wasLinked = true, tried = null as boolean | null } = {}) {
  const row = { loggedOut: tried };
  const done: string[] = [];
  const say = (word: string) => async () => void done.push(word);
  const logout = vi.fn(async () => null as never);
  const process = { call: logout };
  let heard: { onEvent: (event: EngineEvent) => void } = { onEvent: () => undefined };
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
      setLoggedOut: async (loggedOut) => {
        row.loggedOut = loggedOut;
      },
      erased: async () => {
        done.push(row.loggedOut ? 'row: logged out' : 'row: perhaps still linked');
        return true;
      },
    },
    session: { exists: async () => exists, erase },
    bells: { released: () => undefined, changed: () => undefined },
    wasLinked: async () => wasLinked,
    log: createLog({ service: 'test', level: 'silent' }),
  });
  return { erasure, done, logout, erase, supervisor, tell: (event: EngineEvent) => heard.onEvent(event) };
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

test('one that never gets ready is removed after two minutes all the same, and it is said', async () => {
  const { erasure, done } = aWorld();
  const carriedOut = erasure.carryOut();
  await pass(119_000);
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
  expect(done).toEqual(['start', 'kill', 'stop']);
});
