import type { CatchUpSummary } from '@wbm/domain';
import { createLog } from '@wbm/runtime';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { CallFailed } from '../src/engine/pending-calls.ts';
import type { EngineMessage } from '../src/engine/port.ts';
import { Catcher } from '../src/past/catcher.ts';
import type { Tally } from '../src/past/tally.ts';

export const now = new Date('2026-03-10T12:00:00.000Z');
const log = createLog({ service: 'test', level: 'silent' });

/** Every test of this file begins at noon. */
export function atNoon(): void {
  beforeEach(() => void vi.useFakeTimers({ now, toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] }));
  afterEach(() => void vi.useRealTimers());
}

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

/** What a bot reads of its past and hears, and in which order that comes to its front door. */
export function aBot({
  past,
  caughtUpTo = new Date('2026-03-10T11:00:00.000Z'),
}: {
  past: Past;
  caughtUpTo?: Date | null;
}) {
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
    return { messages: newest, acks: [], earlier: all.length > newest.length ? newest[0]?.at : null };
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
    acked: () => undefined,
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

export const settled = (told: string[]) => vi.waitFor(() => expect(told).toContain('settled'));
