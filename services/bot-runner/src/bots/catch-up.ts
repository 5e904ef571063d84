import { planCatchUp } from '@wbm/domain';
import type { Logger } from '@wbm/runtime';
import { type Coalesced, coalesce } from '../coalesce.ts';
import type { EngineProcess } from '../engine/engine-process.ts';
import type { EngineMessage } from '../engine/port.ts';
import type { BotRows } from '../ports.ts';

const CHATS = 500;
const MESSAGES_A_CHAT = 200;
const CHATS_MS = 30_000;
const HISTORY_MS = 45_000;

type CatchUpOptions = {
  readonly rows: Pick<BotRows, 'caughtUpTo' | 'setCaughtUpTo'>;
  readonly process: Pick<EngineProcess, 'call'>;
  readonly now: Date;
  /** The front door; what is known already changes nothing there. */
  readonly receive: (message: EngineMessage) => void;
  /** Resolves when all that was received is stored. */
  readonly stored: () => Promise<void>;
};

const TRY_AGAIN_MS = 60_000;
const MARK_MS = 5 * 60_000;
/** What was written a moment ago may still be on its way. */
const ON_ITS_WAY_MS = 60_000;

/**
 * Reads what was written while nobody listened, chat after chat, through the same front door as everything else. Answers
 * how many chats there were. One that cannot be read fails the whole, which is then done again at the next opportunity.
 */
export async function catchUp({ rows, process, now, receive, stored }: CatchUpOptions): Promise<number> {
  const { since, answerFrom } = planCatchUp(await rows.caughtUpTo(), now);
  const from = since.toISOString();
  const chats = await process.call('activeChats', { since: from, limit: CHATS }, CHATS_MS);
  for (const jid of chats) {
    const past = await process.call('historySince', { jid, since: from, limit: MESSAGES_A_CHAT }, HISTORY_MS);
    for (const message of past) receive({ ...message, history: new Date(message.at) < answerFrom });
  }
  await stored();
  await rows.setCaughtUpTo(now);
  return chats.length;
}

type CatcherOptions = Omit<CatchUpOptions, 'process' | 'now'> & {
  readonly log: Logger;
  /** The engine, while its session is ready. */
  readonly readyProcess: () => CatchUpOptions['process'] | undefined;
};

/** Catches up whenever a session becomes ready, and notes now and then that it still hears everything. */
export class Catcher {
  readonly #options: CatcherOptions;
  readonly #read: Coalesced;
  #done = false;
  #triedAtMs = 0;
  #markedAtMs = 0;

  constructor(options: CatcherOptions) {
    this.#options = options;
    this.#read = coalesce(options.log, 'catch-up', () => this.#catchUp());
  }

  /** The session became ready, for the first time or once more. */
  ready(): void {
    this.#done = false;
    this.#read.wake();
  }

  /** To be called every few seconds: tries again what failed, and moves the mark on. */
  async look(): Promise<void> {
    const nowMs = performance.now();
    if (this.#options.readyProcess() === undefined) return;
    if (!this.#done && nowMs - this.#triedAtMs > TRY_AGAIN_MS) this.#read.wake();
    if (!this.#done || nowMs - this.#markedAtMs < MARK_MS) return;
    this.#markedAtMs = nowMs;
    const { stored, rows } = this.#options;
    const heardUpTo = new Date(Date.now() - ON_ITS_WAY_MS);
    await stored();
    if (this.#done) await rows.setCaughtUpTo(heardUpTo);
  }

  async #catchUp(): Promise<void> {
    const process = this.#options.readyProcess();
    if (process === undefined) return;
    this.#triedAtMs = performance.now();
    const chats = await catchUp({ ...this.#options, process, now: new Date() });
    this.#done = true;
    this.#markedAtMs = performance.now();
    this.#options.log.info({ chats }, 'bot.caught-up');
  }
}
