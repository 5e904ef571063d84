import { type CatchUp, type CatchUpSummary, isHistory, newsFrom, planCatchUp } from '@wbm/domain';
import type { Logger } from '@wbm/runtime';
import { type Coalesced, coalesce } from '../coalesce.ts';
import type { EngineProcess } from '../engine/engine-process.ts';
import { CallFailed } from '../engine/pending-calls.ts';
import type { EngineMessage } from '../engine/port.ts';
import { type ChangeEvent, placeOf } from '../inbound/changes.ts';
import type { BotBells, BotRows } from '../ports.ts';
import { HeldChats } from './held-chats.ts';
import { type PastAck, readPast } from './read-past.ts';
import { Tally } from './tally.ts';

/** A customer who waits matters more than a whole story: after so long the bot answers, and goes on reading. */
const ANSWERS_WAIT_MS = 90_000;
const TRY_AGAIN_SOON_MS = 3_000;
const TRY_AGAIN_MS = 60_000;
/** A chat that could not be read so often in a row is given up. */
const MOST_TRIES = 5;
const FILED_LOOK_MS = 200;
/** Whoever files is busy, or not there. */
const FILED_WAIT_MS = 10_000;
const MARK_MS = 5 * 60_000;
/** What was written a moment ago may still be on its way. */
const ON_ITS_WAY_MS = 60_000;
/** So much of the past is received before it is waited for: it shares its room with what all bots of the runner hear. */
const PIECE = 50;
/** Each step is a row written and news told. */
const PERCENT_STEP = 5;

type CatcherOptions = {
  readonly rows: Pick<BotRows, 'readingFrom' | 'setCaughtUpTo' | 'waitsToBeFiled'>;
  readonly bells: Pick<BotBells, 'historyRead'>;
  readonly log: Logger;
  /** The front door; what is known already changes nothing there. `after`: how much was received before it was read. */
  readonly receive: (message: EngineMessage, tally?: Tally, after?: number) => void;
  /** The same door, for what became of a message. */
  readonly change: (event: ChangeEvent) => void;
  /** One of our messages came so far, as the past says; told again it changes nothing. */
  readonly acked: (ack: PastAck) => void;
  /** How much the front door received so far. */
  readonly received: () => number;
  /** Resolves when all that was received is stored. */
  readonly stored: () => Promise<void>;
  /** The engine, while its session is ready. */
  readonly readyProcess: () => Pick<EngineProcess, 'call'> | undefined;
  /** There is something to read, and this much of it is read. */
  readonly onProgress: (percent: number) => void;
  /** The bot may answer. */
  readonly onSettled: () => void;
};

type Reading = {
  readonly heard: ReadonlySet<string>;
  readonly after: number;
  readonly plan: CatchUp;
  readonly session: unknown;
};
type LinkedSession = { readonly number: string | null; readonly linkedAt: Date };

/**
 * Reads what was written while nobody listened, whenever a session becomes ready, and notes now and then that it still
 * hears everything. Until the reading is done, or takes too long, nothing is answered and what is heard waits for the
 * past of its chat.
 */
export class Catcher {
  readonly #options: CatcherOptions;
  readonly #read: Coalesced;
  readonly #held = new HeldChats();
  #session: LinkedSession | undefined;
  #plan: CatchUp | undefined;
  #answerAgeMs: number | undefined;
  #tally = new Tally();
  #settled = false;
  #done = false;
  /** Something heard was lost since the reading began. */
  #missed = false;
  #tries = 0;
  #percent = -1;
  #triedAtMs = 0;
  #markedAtMs = 0;
  #timers: NodeJS.Timeout[] = [];

  constructor(options: CatcherOptions) {
    this.#options = options;
    this.#read = coalesce(options.log, 'catch-up', () => this.#catchUp());
    this.#held.holdAll();
  }

  /** Whether the bot may answer. */
  get settled(): boolean {
    return this.#settled;
  }

  /** The session became ready, for the first time or once more. `linkedAt`: since when it is linked or back. */
  ready(number: string | null, linkedAt: Date): void {
    this.#stopTimers();
    this.#settled = false;
    this.#plan = undefined;
    this.#session = { number, linkedAt };
    this.#tally = new Tally();
    this.#done = false;
    this.#tries = 0;
    this.#percent = -1;
    this.#timers = [setTimeout(() => this.#settle(), ANSWERS_WAIT_MS)];
    this.#read.wake();
  }

  /** The session is not ready any more. */
  away(): void {
    this.#stopTimers();
    this.#session = undefined;
    this.#settled = false;
    this.#held.releaseAll();
    this.#held.holdAll();
    this.#plan = undefined;
  }

  #stopTimers(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
  }

  /** A message that the session tells. It is received now, or when the past of its chat was read. */
  hear(message: EngineMessage): void {
    this.#held.take(message.jid, message.history ? null : message.waMessageId, () => {
      // Older than a session that ended before anybody could say how old it may be: the next one reads it again.
      if (message.history && this.#plan === undefined) return;
      this.#options.receive(this.#judged(message));
    });
  }

  /**
   * Anything else that happens in a chat: what it is about may have to be read first. A message that was decrypted late is
   * judged as the message it is, and kept whatever its age: no other reading is sure to bring its words again.
   */
  change(event: ChangeEvent): void {
    const { chat, heardAs } = placeOf(event);
    this.#held.take(chat, heardAs, () => {
      const judged = event.event === 'decrypted' ? { ...event, message: this.#judged(event.message) } : event;
      this.#options.change(judged);
    });
  }

  /** Something heard could not be kept: only another reading finds it. */
  missed(): void {
    this.#missed = true;
    this.#done = false;
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
    const { log, readyProcess } = this.#options;
    const process = readyProcess();
    const session = this.#session;
    if (process === undefined || session === undefined) return;
    this.#triedAtMs = performance.now();
    this.#tries += 1;
    this.#missed = false;
    const now = new Date();
    const known = this.#tally.messages;
    try {
      const plan = await this.#planned(session, now);
      const { chats, failed, cut } = await readPast({
        process,
        since: plan.since,
        // Once the bot answers, nobody waits for what is read again.
        held: this.#settled ? new HeldChats() : this.#held,
        received: this.#options.received,
        take: (messages, heard, after) => this.#take(messages, { heard, after, plan, session }),
        acked: this.#options.acked,
        onProgress: (percent) => this.#progress(percent),
      });
      if (session !== this.#session) return;
      this.#held.releaseAll();
      await this.#options.stored();
      await this.#filed(session);
      if (session !== this.#session) return;
      this.#settle();
      const whole = !this.#missed && (failed === 0 || this.#tries >= MOST_TRIES);
      if (cut.chats > 0 || cut.beginnings > 0 || (whole && failed > 0)) log.warn({ failed, ...cut }, 'bot.past-cut');
      await this.#note(whole ? now : null, known);
      if (session !== this.#session || this.#missed) return;
      this.#done = whole;
      this.#markedAtMs = performance.now();
      log.info({ chats, failed, messages: this.#tally.messages - known }, whole ? 'bot.caught-up' : 'bot.read-later');
    } catch (err) {
      if (session === this.#session && !this.#settled) {
        this.#timers.push(setTimeout(() => this.#read.wake(), TRY_AGAIN_SOON_MS));
      }
      throw err;
    }
  }

  async #planned({ number, linkedAt }: LinkedSession, now: Date): Promise<CatchUp> {
    const known = await this.#options.rows.readingFrom(number);
    // A first reading that was never finished goes on where it began.
    const since = known.linkedAt !== null && known.linkedAt < linkedAt ? known.linkedAt : linkedAt;
    this.#answerAgeMs = known.answerAgeMs;
    this.#plan = planCatchUp({ ...known, linkedAt: since, now });
    return this.#plan;
  }

  /** What was heard as new is judged as such, although the past of its chat has it too. */
  async #take(messages: readonly EngineMessage[], { heard, after, plan, session }: Reading) {
    for (const [index, message] of messages.entries()) {
      if (index > 0 && index % PIECE === 0) await this.#options.stored();
      if (session !== this.#session) throw new CallFailed('not-ready');
      const judged = heard.has(message.waMessageId)
        ? this.#judged({ ...message, history: false })
        : { ...message, history: isHistory(message, plan) };
      this.#options.receive(judged, this.#tally, after);
    }
    await this.#options.stored();
  }

  /** What is older than the session must be young by its plan, and like everything that is told now by the clock. */
  #judged(message: EngineMessage): EngineMessage {
    const past = message.history && (this.#plan === undefined || isHistory(message, this.#plan));
    const old = this.#answerAgeMs !== undefined && isHistory(message, newsFrom(this.#answerAgeMs, new Date()));
    return { ...message, history: past || old };
  }

  /** Until then nobody knows who was answered on the phone, and a reply that waits since before might leave nevertheless. */
  async #filed(session: unknown): Promise<void> {
    if (this.#tally.messages === 0) return;
    const untilMs = performance.now() + FILED_WAIT_MS;
    const waits = () => !this.#settled && session === this.#session && performance.now() < untilMs;
    while (waits() && (await this.#options.rows.waitsToBeFiled())) {
      await new Promise((resolve) => setTimeout(resolve, FILED_LOOK_MS));
    }
  }

  #progress(percent: number): void {
    const step = percent - (percent % PERCENT_STEP);
    if (this.#settled || step === this.#percent) return;
    this.#percent = step;
    this.#options.onProgress(step);
  }

  #settle(): void {
    if (this.#settled || this.#session === undefined) return;
    this.#settled = true;
    this.#held.releaseAll();
    this.#options.onSettled();
  }

  /** Moves the mark, and tells once what this reading brought. */
  async #note(caughtUpTo: Date | null, known: number): Promise<void> {
    const { rows, bells } = this.#options;
    const brought = this.#tally.messages > known;
    const { chats, messages } = this.#tally;
    const summary: CatchUpSummary | null = brought ? { at: new Date().toISOString(), chats, messages } : null;
    if (caughtUpTo !== null || brought) await rows.setCaughtUpTo(caughtUpTo, summary);
    if (brought) bells.historyRead();
  }
}
