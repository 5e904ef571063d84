import type { DueSend } from '@wbm/db';
import { type Logger, withCorrelation } from '@wbm/runtime';
import { type Coalesced, coalesce } from '../coalesce.ts';
import type { BotRows } from '../ports.ts';
import { HeldSends } from './held-sends.ts';
import { resolveStranded } from './resolve-stranded.ts';
import { type SendOptions, sendOne } from './send-one.ts';

const CHATS_AT_ONCE = 8;
/** Beside those: a file is in the page's memory as a whole, and takes minutes in which texts must not wait for it. */
const FILES_AT_ONCE = 1;

export type LaneOptions = Omit<SendOptions, 'rows'> & {
  readonly rows: Pick<BotRows, 'nextSends' | 'claim' | 'mark' | 'putOff' | 'refuse' | 'budgetChanged' | 'stranded'>;
  readonly log: Logger;
  /** Whether the bot itself may say something: it knows what was written while nobody listened. A person may before. */
  readonly mayAnswer: () => boolean;
};

/** What leaves a bot: each chat one message after the other, several chats at once but one file, until nothing is due. */
export class Lane {
  readonly #options: LaneOptions;
  readonly #look: Coalesced;
  readonly #settle: Coalesced;
  /** Lead and message of what is leaving just now. */
  readonly #leaving = new Map<number, number>();
  /** Those of the leads to which a file is leaving. */
  readonly #files = new Set<number>();
  readonly #sends = new Set<Promise<void>>();
  /** How often in a row the session did not answer for a message that was looked up. */
  readonly #unasked = new Map<number, number>();
  readonly #held: HeldSends;

  constructor(options: LaneOptions) {
    this.#options = options;
    const { bells, onHeld, device } = options;
    this.#held = new HeldSends({ bells, onHeld, wake: () => this.wake(), ending: device.ending });
    this.#look = coalesce(options.log, 'lane', () => this.#startSends());
    this.#settle = coalesce(options.log, 'stranded', () => this.#settleStranded());
  }

  /** Something may be due. */
  wake(): void {
    if (this.#options.device.usable()) this.#look.wake();
  }

  /** Somebody may have allowed more. */
  budgetChanged(): void {
    this.#options.rows.budgetChanged();
    this.wake();
  }

  /** Also looks up what was claimed and never marked: at the start of a session, and now and then. */
  wakeFully(): void {
    if (!this.#options.device.usable()) return;
    this.#settle.wake();
    this.#look.wake();
  }

  /** Resolves when nothing is leaving. */
  async idle(): Promise<void> {
    await Promise.all([this.#look.idle(), this.#settle.idle()]);
    while (this.#sends.size > 0) await Promise.allSettled(this.#sends);
  }

  async #startSends(): Promise<void> {
    if (!this.#options.device.usable() || !(this.#hasRoom(false) || this.#hasRoom(true))) return;
    const files = FILES_AT_ONCE - this.#files.size;
    const next = await this.#options.rows.nextSends({ mayAnswer: this.#options.mayAnswer(), files });
    this.#held.note(next);
    for (const due of next.due) {
      if (!this.#hasRoom(due.media !== null)) continue;
      if (due.sender === 'bot' && !this.#options.mayAnswer()) continue;
      if (!this.#leaving.has(due.leadId)) this.#start(due);
    }
  }

  #hasRoom(forFile: boolean): boolean {
    if (forFile) return this.#files.size < FILES_AT_ONCE;
    return this.#leaving.size - this.#files.size < CHATS_AT_ONCE;
  }

  #start(due: DueSend): void {
    const { log } = this.#options;
    this.#leaving.set(due.leadId, due.messageId);
    if (due.media !== null) this.#files.add(due.leadId);
    const work = withCorrelation(due.correlationId, async () => {
      try {
        return await sendOne(due, this.#options);
      } catch (err) {
        log.warn({ messageId: due.messageId, err }, 'message.send-failed');
        return 'stays';
      }
    }).then((result) => {
      this.#leaving.delete(due.leadId);
      this.#files.delete(due.leadId);
      this.#sends.delete(work);
      if (result === 'moved') this.wake();
    });
    this.#sends.add(work);
  }

  async #settleStranded(): Promise<void> {
    await resolveStranded({ ...this.#options, leaving: new Set(this.#leaving.values()), unasked: this.#unasked });
    this.wake();
  }
}
