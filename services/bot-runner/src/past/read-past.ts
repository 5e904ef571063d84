import type { EngineProcess } from '../engine/engine-process.ts';
import { CallFailed } from '../engine/pending-calls.ts';
import type { EngineMessage, EngineResult } from '../engine/port.ts';
import type { HeldChats } from './held-chats.ts';

/** More chats and messages than a person reads in a week; who has more is told so, and nothing breaks. */
const MOST_CHATS = 2_000;
const MOST_MESSAGES_A_CHAT = 2_000;
const ADDRESSES = 100_000;
const PAGE = 200;
const CHATS_MS = 30_000;
const PAGE_MS = 45_000;
/** The session is over, or away: no chat can be read. */
const OVER: ReadonlySet<string> = new Set(['gone', 'not-ready']);

type Page = EngineResult<'historySince'>;
export type PastAck = Page['acks'][number];

export type ReadPastOptions = {
  readonly process: Pick<EngineProcess, 'call'>;
  readonly since: Date;
  readonly held: HeldChats;
  /** How much was received so far. */
  readonly received: () => number;
  /**
   * The messages of one chat, oldest first, those of them that were heard already and wait, and how much was received before
   * the chat was read. Resolves when there is room for the next.
   */
  readonly take: (messages: readonly EngineMessage[], heard: ReadonlySet<string>, after: number) => Promise<void>;
  /** How far one of our messages came, which may be known. Told after the messages of its chat. */
  readonly acked: (ack: PastAck) => void;
  readonly onProgress: (percent: number) => void;
};

export type PastRead = {
  readonly chats: number;
  /** Chats that could not be read. */
  readonly failed: number;
  /** What was left out because there is too much of it: chats, and chats of which only the newest messages were read. */
  readonly cut: { readonly chats: number; readonly beginnings: number };
};

/**
 * Reads what the chats said since then, the latest first; before all others one in which somebody writes just now. A chat
 * that cannot be read does not keep the others from it. Throws when the list of chats cannot be had, or the session is away.
 */
export async function readPast(options: ReadPastOptions): Promise<PastRead> {
  const { process, since, held, onProgress } = options;
  const active = await process.call('activeChats', { since: since.toISOString(), limit: ADDRESSES }, CHATS_MS);
  const chats = active.slice(0, MOST_CHATS);
  held.holdOnly(chats);
  const unread = new Set(chats);
  let failed = 0;
  let beginnings = 0;
  for (let next = chats[0]; next !== undefined; next = nextOf(unread, held)) {
    onProgress(Math.floor((100 * (chats.length - unread.size)) / chats.length));
    unread.delete(next);
    try {
      if (!(await readChat(next, options))) beginnings += 1;
    } catch (error) {
      if (error instanceof CallFailed && OVER.has(error.code)) throw error;
      failed += 1;
    }
    held.release(next);
  }
  return { chats: chats.length, failed, cut: { chats: active.length - chats.length, beginnings } };
}

function nextOf(unread: ReadonlySet<string>, { urgent }: HeldChats): string | undefined {
  return urgent !== undefined && unread.has(urgent) ? urgent : unread.values().next().value;
}

/** False: there was more than we read of one chat. */
async function readChat(
  jid: string,
  { process, since, held, received, take, acked }: ReadPastOptions,
): Promise<boolean> {
  const after = received();
  const messages: EngineMessage[] = [];
  const acks: PastAck[] = [];
  let until: string | null = null;
  let whole = true;
  do {
    const args = { jid, since: since.toISOString(), until, limit: PAGE };
    const page: Page = await process.call('historySince', args, PAGE_MS);
    acks.unshift(...page.acks);
    const known = new Set(messages.map(({ waMessageId }) => waMessageId));
    messages.unshift(...page.messages.filter(({ waMessageId }) => !known.has(waMessageId)));
    whole = page.earlier === null || (page.earlier !== until && messages.length < MOST_MESSAGES_A_CHAT);
    until = page.earlier;
  } while (until !== null && whole);
  await take(messages, held.idsIn(jid), after);
  for (const ack of acks) acked(ack);
  return whole;
}
