import { expect, test } from 'vitest';
import { freshMemory, judgePage, type PageMemory, type Patience, type Verdict } from './judge-page.ts';
import type { PageLook } from './page-state.ts';

const patience: Patience = { readyDeadlineMs: 90_000, qrSilenceMs: 60_000, hungMs: 30_000, byCode: false };
const good: PageLook = {
  version: '2.3',
  state: 'CONNECTED',
  hasSynced: true,
  me: '1@c.us',
  alsoMe: null,
  helpers: true,
  listening: true,
  asksForPasskey: false,
};
const page = (change: Partial<PageLook> = {}): PageLook => ({ ...good, ...change });
const unpaired = page({ state: 'UNPAIRED', hasSynced: false, me: null, helpers: false });
const connecting = page({ state: 'OPENING', hasSynced: false, helpers: false });
const syncing = page({ hasSynced: false, helpers: false });

type Case = {
  seen: PageLook | null;
  listens?: boolean;
  memory?: Partial<PageMemory>;
  /** Milliseconds since the page last changed. */
  idle?: number;
  byCode?: boolean;
};
const table: [string, Case, Verdict][] = [
  ['all is well', { seen: good }, 'ready'],
  ['silent for a moment', { seen: null, idle: 5_000 }, 'wait'],
  ['silent for a moment, and was ready', { seen: null, idle: 5_000, memory: { wasReady: true } }, 'offline'],
  ['silent for too long', { seen: null, idle: 31_000 }, 'hung'],
  ['shows a code', { seen: unpaired }, 'wait'],
  ['shows the same code for long', { seen: unpaired, idle: 61_000 }, 'refresh-qr'],
  ['gave up showing codes', { seen: page({ ...unpaired, state: 'UNPAIRED_IDLE' }), idle: 6_000 }, 'refresh-qr'],
  ['waits for its code to be typed', { seen: unpaired, idle: 61_000, byCode: true }, 'wait'],
  ['gets no pairing code any more', { seen: unpaired, idle: 241_000, byCode: true }, 'no-code'],
  ['asks for a passkey', { seen: page({ ...unpaired, asksForPasskey: true }) }, 'passkey'],
  ['was ready and is unlinked', { seen: unpaired, memory: { wasReady: true } }, 'logged-out'],
  ['a page without its application says unpaired', { seen: { ...unpaired, version: null }, idle: 91_000 }, 'lost'],
  ['the library may be at it just now', { seen: page({ helpers: false }), listens: false }, 'wait'],
  ['the library missed it', { seen: page({ helpers: false }), listens: false, memory: { missed: 1 } }, 'tell-synced'],
  ['helpers without ears', { seen: good, listens: false, memory: { missed: 1 } }, 'listen'],
  ['connects', { seen: connecting, idle: 60_000 }, 'wait'],
  ['never reached WhatsApp', { seen: connecting, idle: 91_000 }, 'unreachable'],
  ['never got its chats', { seen: syncing, idle: 91_000 }, 'stuck'],
  ['helpers never came', { seen: page({ helpers: false }), listens: false, idle: 91_000 }, 'broken'],
  ['was ready, and is offline for long', { seen: connecting, idle: 91_000, memory: { wasReady: true } }, 'offline'],
  ['was ready, and never is again', { seen: syncing, idle: 91_000, memory: { wasReady: true } }, 'lost'],
];

test.each(table)('%s', (_, { seen, listens = true, memory, idle = 0, byCode = false }, verdict) => {
  const before = { ...freshMemory(0), ...memory, signature: JSON.stringify([seen, listens]) };
  expect(judgePage(seen, listens, before, { ...patience, byCode }, idle).verdict).toBe(verdict);
});

test('each sign of progress restarts the deadline', () => {
  let memory = freshMemory(0);
  for (const [nowMs, seen] of [
    [80_000, connecting],
    [160_000, syncing],
  ] as const) {
    const judged = judgePage(seen, false, memory, patience, nowMs);
    expect(judged.verdict).toBe('wait');
    memory = judged.memory;
  }
  expect(judgePage(syncing, false, memory, patience, 251_000).verdict).toBe('stuck');
});

test('time in which the page did not answer is no time without progress', () => {
  let memory = judgePage(syncing, false, freshMemory(0), patience, 1_000).memory;
  for (const nowMs of [20_000, 60_000, 100_000, 140_000]) {
    memory = judgePage(null, false, memory, { ...patience, hungMs: 60_000 }, nowMs - 10_000).memory;
    const judged = judgePage(syncing, false, memory, patience, nowMs);
    expect(judged.verdict).toBe('wait');
    memory = judged.memory;
  }
  memory = judgePage(syncing, false, memory, patience, 220_000).memory;
  expect(judgePage(syncing, false, memory, patience, 231_000).verdict).toBe('stuck');
});

test('a page that answers now and then and gets nowhere is stuck in the end', () => {
  let memory = judgePage(syncing, false, freshMemory(0), patience, 1_000).memory;
  const verdicts: Verdict[] = [];
  for (let nowMs = 20_000; nowMs <= 320_000; nowMs += 20_000) {
    memory = judgePage(null, false, memory, patience, nowMs - 10_000).memory;
    const judged = judgePage(syncing, false, memory, patience, nowMs);
    memory = judged.memory;
    verdicts.push(judged.verdict);
  }
  expect(verdicts[0]).toBe('wait');
  expect(verdicts.at(-1)).toBe('stuck');
});

test('a code that was refreshed is given its time', () => {
  const { memory } = judgePage(unpaired, false, freshMemory(0), patience, 61_000);
  expect(judgePage(unpaired, false, memory, patience, 63_000).verdict).toBe('wait');
});
