import type { CatchUpSummary } from '@wbm/domain';
import { createLog } from '@wbm/runtime';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CallFailed } from '../engine/pending-calls.ts';
import type { EngineMessage } from '../engine/port.ts';
import { Catcher } from './catcher.ts';
import type { Tally } from './tally.ts';

const now = new Date('2026-03-10T12:00:00.000Z');
const log = createLog({ service: 'test', level: 'silent' });
beforeEach(() => void vi.useFakeTimers({ now, toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** `ana 11:59` is what Ana wrote then, `ana> 11:59` what she was answered on the phone. */
function message(said: string): EngineMessage {
  const [who = '', time = ''] = said.split(' ');
  const at = `2026-03-${time.includes('T') ? time : `10T${time}`}:00.000Z`;
  const fromMe = who.endsWith('>');
  const jid = who.replace('>', '');
  const nobody = { pushName: null, phone: null, lid: null, media: null };
  return { ...nobody, waMessageId: said, jid, fromMe, type: 'text', text: said, at, history: true };
}

type Past = Record<string, readonly string[]>;

function aBot({ past, caughtUpTo = new Date('2026-03-10T11:00:00.000Z') }: { past: Past; caughtUpTo?: Date | null }) {
  const told: string[] = [];
  const known = new Set<string>();
  const bot = {
    told,
    failing: new Set<string>(),
    /** Of each message of the past, how much had been received before it was read. */
    afters: {} as Record<string, number | undefined>,
    /** How much was received and is not stored yet, and the most of it so far. */
    unstored: 0,
    mostUnstored: 0,
    /** Called before each chat is read. */
    onRead: async (_jid: string): Promise<void> => undefined,
    waiting: false,
    mark: caughtUpTo,
    linkedAt: null as Date | null,
    summary: null as CatchUpSummary | null,
    live: true,
    hear: (said: string, history = false) => catcher.hear({ ...message(said), history }),
    decrypt: (said: string, history = false) =>
      catcher.change({ event: 'decrypted', message: { ...message(said), history } }),
  };
  const call = async (name: string, args: { jid: string; until: string | null }): Promise<unknown> => {
    if (bot.failing.has(name)) throw new CallFailed('deadline');
    if (name === 'activeChats') return Object.keys(past);
    await bot.onRead(args.jid);
    if (bot.failing.has(args.jid)) throw new CallFailed('deadline');
    // Two at a time.
    const all = (past[args.jid] ?? []).map(message).filter(({ at }) => args.until === null || at <= args.until);
    const newest = all.slice(-2);
    return { messages: newest, earlier: all.length > newest.length ? newest[0]?.at : null };
  };
  const catcher: Catcher = new Catcher({
    rows: {
      readingFrom: async () => ({ caughtUpTo: bot.mark, linkedAt: bot.linkedAt, answerAgeMs: 2 * 3_600_000 }),
      setCaughtUpTo: async (at, summary) => {
        bot.mark = at ?? bot.mark;
        bot.summary = summary ?? bot.summary;
      },
      waitsToBeFiled: async () => bot.waiting,
    },
    bells: { historyRead: () => told.push('news') },
    log,
    received: () => known.size,
    receive: ({ waMessageId, history }, tally?: Tally, after?: number) => {
      bot.afters[waMessageId] = after;
      bot.unstored += 1;
      bot.mostUnstored = Math.max(bot.mostUnstored, bot.unstored);
      if (known.has(waMessageId)) return;
      known.add(waMessageId);
      told.push(`${history ? 'past' : 'live'} ${waMessageId}`);
      tally?.add([{ chatId: waMessageId.split(' ')[0]?.replace('>', '') ?? '', stored: 1 }]);
    },
    change: (event) => {
      if (event.event !== 'decrypted') return;
      told.push(`${event.message.history ? 'past' : 'live'} decrypted ${event.message.waMessageId}`);
    },
    stored: async () => {
      bot.unstored = 0;
    },
    readyProcess: () => (bot.live ? { call: call as never } : undefined),
    onProgress: (percent) => told.push(`${percent} %`),
    onSettled: () => told.push('settled'),
  });
  return { bot, catcher, told, ready: () => catcher.ready('+15550000001', now) };
}
const settled = (told: string[]) => vi.waitFor(() => expect(told).toContain('settled'));
const marked = (bot: { mark: Date | null }) => vi.waitFor(() => expect(bot.mark).toEqual(now));

test('nothing to read: it may answer at once, and nothing is told', async () => {
  const { bot, told, ready, catcher } = aBot({ past: {} });
  expect(catcher.settled).toBe(false);
  ready();
  await settled(told);
  expect(told).toEqual(['settled']);
  await marked(bot);
  expect([catcher.settled, bot.summary]).toEqual([true, null]);
});

test('chat after chat, each from its beginning, and then one summary', async () => {
  const past = {
    ana: ['ana 11:01', 'ana 11:02', 'ana> 11:03', 'ana 11:04', 'ana 11:05'],
    bea: ['bea 10:00', 'bea 11:59'],
  };
  const { bot, told, ready } = aBot({ past });
  ready();
  await vi.waitFor(() => expect(told).toContain('news'));
  expect(told).toEqual([
    '0 %',
    ...past.ana.map((said) => `live ${said}`),
    '50 %',
    'past bea 10:00',
    'live bea 11:59',
    'settled',
    'news',
  ]);
  expect(bot.summary).toEqual({ at: expect.any(String), chats: 2, messages: 7 });
  expect(bot.mark).toEqual(now);
});

test('of what was read it is known how much had been heard before', async () => {
  const { bot, told, ready } = aBot({ past: { ana: ['ana 11:01'], bea: ['bea 11:02', 'bea 11:03'] } });
  bot.onRead = async (jid) => {
    if (jid === 'bea') bot.hear('cid 12:00');
  };
  ready();
  await settled(told);
  expect(bot.afters).toEqual({ 'ana 11:01': 0, 'bea 11:02': 1, 'bea 11:03': 1, 'cid 12:00': undefined });
});

test('a long chat is received in pieces, each stored before the next', async () => {
  const long = Array.from(
    { length: 240 },
    (_, n) => `ana 0${6 + Math.floor(n / 60)}:${String(n % 60).padStart(2, '0')}`,
  );
  const { bot, told, ready } = aBot({ past: { ana: long }, caughtUpTo: null });
  ready();
  await vi.waitFor(() => expect(told).toContain('news'));
  expect(bot.summary?.messages).toBe(240);
  expect(bot.mostUnstored).toBe(50);
});

test('a first link answers nothing that was there before it, not even what is told as new', async () => {
  const { bot, told, ready } = aBot({ past: { ana: ['ana 11:59', 'ana> 11:59'] }, caughtUpTo: null });
  ready();
  bot.hear('bea 11:58', true);
  await vi.waitFor(() => expect(told).toContain('news'));
  bot.hear('bea 12:00');
  expect(told).toEqual([
    'past bea 11:58',
    '0 %',
    'past ana 11:59',
    'past ana> 11:59',
    'settled',
    'news',
    'live bea 12:00',
  ]);
});

test('what a first link is told as new is no newer for standing in the past too', async () => {
  const past = { ana: ['ana 11:58', 'ana 12:00'], bea: ['bea 11:59'] };
  const { bot, told, ready } = aBot({ past, caughtUpTo: null });
  bot.hear('ana 11:58', true);
  bot.hear('ana 12:00');
  bot.decrypt('bea 11:59', true);
  ready();
  await settled(told);
  expect(told.filter((line) => /^(live|past) /.test(line))).toEqual([
    'past ana 11:58',
    'live ana 12:00',
    'past bea 11:59',
    'past decrypted bea 11:59',
  ]);
});

test('a first reading that was never finished goes on where it began', async () => {
  const { bot, told, ready } = aBot({ past: { ana: ['ana 09:30', 'ana 11:20', 'ana 11:40'] }, caughtUpTo: null });
  bot.linkedAt = new Date('2026-03-10T11:30:00.000Z');
  ready();
  await settled(told);
  expect(told).toEqual(expect.arrayContaining(['past ana 09:30', 'past ana 11:20', 'live ana 11:40']));
});

test('what is told before the session is ready waits for it, and is judged by when it was written', async () => {
  const { bot, told, ready } = aBot({ past: {} });
  bot.hear('ana 11:30', true);
  bot.hear('ana 10:30', true);
  bot.hear('bea 12:00');
  expect(told).toEqual([]);
  ready();
  await settled(told);
  expect(told).toEqual(['live ana 11:30', 'past ana 10:30', 'live bea 12:00', 'settled']);
});

test('what is told by a session that never becomes ready is received, unless nobody can say how old it may be', async () => {
  const { bot, told, catcher } = aBot({ past: {} });
  bot.hear('ana 11:30', true);
  bot.hear('bea 12:00');
  catcher.away();
  expect(told).toEqual(['live bea 12:00']);
});

test('what is heard waits for the past of its chat, which is read next', async () => {
  const { bot, told, ready } = aBot({
    past: { ana: ['ana 11:00'], bea: ['bea 11:01'], cid: ['cid 11:02', 'cid 12:00'] },
  });
  bot.onRead = async (jid) => {
    if (jid !== 'ana') return;
    bot.hear('cid 12:00');
    bot.hear('dan 12:00');
  };
  ready();
  await settled(told);
  expect(told.filter((line) => /^(live|past) /.test(line))).toEqual([
    'live dan 12:00',
    'live ana 11:00',
    'live cid 11:02',
    'live cid 12:00',
    'live bea 11:01',
  ]);
});

test('what is told as new and is older than the bot answers stays unanswered, unless somebody took the chat over by it', async () => {
  const { bot, told, ready } = aBot({ past: {} });
  ready();
  await settled(told);
  for (const said of ['ana 09:59', 'ana> 06:10', 'ana> 05:59', 'ana 10:10']) bot.hear(said);
  expect(told.slice(1)).toEqual(['past ana 09:59', 'live ana> 06:10', 'past ana> 05:59', 'live ana 10:10']);
});

test('what is decrypted late is judged by when it was written, like what is told at once', async () => {
  const { bot, told, ready } = aBot({ past: {} });
  ready();
  await settled(told);
  bot.decrypt('ana 09:59');
  bot.decrypt('ana 11:59');
  bot.decrypt('ana 10:59', true);
  bot.decrypt('ana 10:57', true);
  expect(told.slice(1)).toEqual([
    'past decrypted ana 09:59',
    'live decrypted ana 11:59',
    'live decrypted ana 10:59',
    'past decrypted ana 10:57',
  ]);
});

test('what was young enough when the session came back, and is told hours later, is too old', async () => {
  const { bot, told, ready } = aBot({ past: {} });
  ready();
  await settled(told);
  vi.setSystemTime('2026-03-10T14:00:00.000Z');
  bot.hear('ana 11:58', true);
  bot.decrypt('bea 11:59', true);
  expect(told.slice(1)).toEqual(['past ana 11:58', 'past decrypted bea 11:59']);
});

test('what is decrypted before a session is ready is kept though nobody can say how old it may be', async () => {
  const { bot, told, catcher } = aBot({ past: {} });
  bot.decrypt('ana 11:30', true);
  expect(told).toEqual([]);
  catcher.away();
  expect(told).toEqual(['past decrypted ana 11:30']);
});

test('it answers after 90 seconds although it still reads, and holds nothing back any more', async () => {
  const { bot, told, ready, catcher } = aBot({ past: { ana: ['ana 11:00'], bea: ['bea 11:01'] } });
  const reading = Promise.withResolvers<void>();
  bot.onRead = () => reading.promise;
  ready();
  await vi.waitFor(() => expect(told).toEqual(['0 %']));
  bot.hear('bea 12:00');
  await vi.advanceTimersByTimeAsync(89_000);
  expect(catcher.settled).toBe(false);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(told).toEqual(['0 %', 'live bea 12:00', 'settled']);
  reading.resolve();
  await vi.waitFor(() => expect(told.at(-1)).toBe('news'));
  expect(told.slice(3)).toEqual(['live ana 11:00', 'live bea 11:01', 'news']);
});

test('it waits until what it read is filed, because somebody may have answered on the phone', async () => {
  const { bot, told, ready, catcher } = aBot({ past: { ana: ['ana> 11:59'] } });
  bot.waiting = true;
  ready();
  await vi.waitFor(() => expect(told).toContain('live ana> 11:59'));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(catcher.settled).toBe(false);
  bot.waiting = false;
  await vi.advanceTimersByTimeAsync(300);
  expect(catcher.settled).toBe(true);
});

test('a chat that cannot be read keeps no other from it, and is tried again until it is given up', async () => {
  const { bot, told, ready, catcher } = aBot({ past: { ana: ['ana 11:00'], bea: ['bea 11:01'] } });
  bot.failing.add('ana');
  ready();
  await settled(told);
  expect(told).toContain('live bea 11:01');
  expect(bot.mark).not.toEqual(now);
  for (let tries = 0; tries < 4; tries += 1) {
    await vi.advanceTimersByTimeAsync(61_000);
    await catcher.look();
  }
  await vi.waitFor(() => expect(bot.mark?.getTime()).toBeGreaterThan(now.getTime()));
  expect(told.filter((line) => line === 'news')).toHaveLength(1);
});

test('the list of chats cannot be had: it is asked for again soon, and answers wait for it', async () => {
  const { bot, told, ready, catcher } = aBot({ past: { ana: ['ana 11:00'] } });
  bot.failing.add('activeChats');
  ready();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(catcher.settled).toBe(false);
  bot.failing.clear();
  await vi.advanceTimersByTimeAsync(4_000);
  expect(told).toContain('live ana 11:00');
  expect(catcher.settled).toBe(true);
});

test('a message for which there was no room leaves the mark where it was', async () => {
  const { bot, told, ready, catcher } = aBot({ past: { ana: ['ana 11:00'] } });
  bot.onRead = async () => catcher.missed();
  ready();
  await settled(told);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(bot.mark).not.toEqual(now);
  bot.onRead = async () => undefined;
  await vi.advanceTimersByTimeAsync(61_000);
  await catcher.look();
  await vi.waitFor(() => expect(bot.mark?.getTime()).toBeGreaterThan(now.getTime()));
});

test('the session goes while it reads: what was heard is received, and nothing is settled', async () => {
  const { bot, told, ready, catcher } = aBot({ past: { ana: ['ana 11:00'], bea: ['bea 11:01'] } });
  bot.onRead = async (jid) => {
    if (jid !== 'ana') return;
    bot.hear('bea 12:00');
    bot.live = false;
    catcher.away();
  };
  ready();
  await vi.waitFor(() => expect(told).toContain('live bea 12:00'));
  await vi.advanceTimersByTimeAsync(200_000);
  expect(told).toEqual(['0 %', 'live bea 12:00']);
  expect(bot.mark).not.toEqual(now);
});
