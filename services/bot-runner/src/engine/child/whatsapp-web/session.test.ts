import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PageLook } from './page-state.ts';
import { Session, type SessionEvents } from './session.ts';

const LOOK_MS = 2_000;
const unpaired: PageLook = {
  version: '2.3',
  state: 'UNPAIRED',
  hasSynced: false,
  me: null,
  alsoMe: null,
  helpers: false,
  listening: false,
  asksForPasskey: false,
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A session on a page that looks as it is told to. */
function aSession({ byCode = false } = {}) {
  const told: string[] = [];
  const page = { looks: unpaired };
  const client = Object.assign(new EventEmitter(), {
    pupPage: {},
    initialize: async () => undefined,
    look: async () => page.looks,
    listens: async () => false,
    destroy: async () => undefined,
  });
  const events = new Proxy({} as SessionEvents, {
    get: (_, name) => (what: unknown) =>
      void told.push(typeof what === 'string' ? `${String(name)} ${what}` : String(name)),
  });
  const settings = { readyDeadlineMs: 90_000, qrSilenceMs: 60_000, hungMs: 30_000 };
  const session = new Session({ client: client as never, settings: settings as never, byCode, events });
  void session.start();
  const look = () => vi.advanceTimersByTimeAsync(LOOK_MS);
  return { told, page, client, look };
}

test('a page that asks for a passkey says so once, whatever codes it goes on making, until it asks no more', async () => {
  const { told, page, client, look } = aSession();
  client.emit('qr', 'A');
  page.looks = { ...unpaired, asksForPasskey: true };
  await look();
  client.emit('qr', 'B');
  await look();
  client.emit('qr', 'C');
  await look();
  expect(told).toEqual(['qr A', 'passkey']);
  page.looks = unpaired;
  await look();
  client.emit('qr', 'D');
  page.looks = { ...unpaired, asksForPasskey: true };
  await look();
  expect(told).toEqual(['qr A', 'passkey', 'qr D', 'passkey']);
});

test('a pairing code that is renewed no more ends the session, and says why', async () => {
  const { told, client, look } = aSession({ byCode: true });
  client.emit('code', 'ABCD1234');
  await look();
  await vi.advanceTimersByTimeAsync(200_000);
  client.emit('code', 'EFGH1234');
  await vi.advanceTimersByTimeAsync(200_000);
  expect(told).toEqual(['code ABCD1234', 'code EFGH1234']);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toEqual(['code ABCD1234', 'code EFGH1234', 'end']);
});

test('a number is linked as soon as the page knows our own address, long before it is ready', async () => {
  const { told, page, look } = aSession();
  await look();
  expect(told).toEqual([]);
  page.looks = { ...unpaired, state: 'OPENING', me: '1@c.us' };
  await look();
  expect(told).toEqual(['linked']);
});
