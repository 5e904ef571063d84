import type { SandboxAck } from '@wbm/db';
import { type Logger, Transient } from '@wbm/runtime';
import type { BotBells, BotRows } from '../ports.ts';

type Ack = SandboxAck;
const COLLECT_MS = 100;
const RETRY_MS = 1_000;
const MOST_KEPT = 10_000;

type BatchOptions = {
  readonly rows: Pick<BotRows, 'recordAcks'>;
  readonly bells: Pick<BotBells, 'messageMoved' | 'leadChanged' | 'changed'>;
  readonly log: Logger;
  /** Runs for each ack once it is written. */
  readonly onRecorded: (ack: Ack) => void;
  /** Runs for each ack that is given up: whoever waits for it has to tell it again. */
  readonly onDropped: (ack: Ack) => void;
};

/**
 * Delivery marks of one bot, collected for a moment and written together. Writing one twice changes nothing. WhatsApp does not
 * repeat them, so it outlives the bot's run: they are written even if the bot has moved to another runner meanwhile.
 */
export class AckBatch {
  readonly #options: BatchOptions;
  #waiting: Ack[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: BatchOptions) {
    this.#options = options;
  }

  add(ack: Ack): void {
    this.#waiting.push(ack);
    this.#dropOldest();
    this.#timer ??= setTimeout(() => void this.flush(), COLLECT_MS);
  }

  /** Writes what was collected so far. Does not throw; what Postgres did not take now is tried again, the rest dropped. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /** The run is over: nothing comes any more. What waits is written now, or as soon as Postgres takes it. */
  close(): void {
    void this.flush();
  }

  #dropOldest(): void {
    const dropped = this.#waiting.splice(0, this.#waiting.length - MOST_KEPT);
    for (const ack of dropped) this.#options.onDropped(ack);
  }

  /** What was refused may have closed its chat, and counts among what the bot was refused. */
  #tell(moved: Awaited<ReturnType<BotRows['recordAcks']>>): void {
    const { bells } = this.#options;
    for (const { leadId, messageId } of moved) bells.messageMoved(leadId, messageId);
    const refused = new Set(moved.filter(({ status }) => status === 'failed').map(({ leadId }) => leadId));
    for (const leadId of refused) bells.leadChanged(leadId);
    if (refused.size > 0) bells.changed();
  }

  async #write(): Promise<void> {
    const batch = this.#waiting;
    if (batch.length === 0) return;
    this.#waiting = [];
    try {
      this.#tell(await this.#options.rows.recordAcks(batch));
      for (const ack of batch) this.#options.onRecorded(ack);
    } catch (err) {
      this.#options.log.warn({ acks: batch.length, err }, 'acks.record-failed');
      if (!(err instanceof Transient)) {
        for (const ack of batch) this.#options.onDropped(ack);
        return;
      }
      this.#waiting = [...batch, ...this.#waiting];
      this.#dropOldest();
      this.#timer ??= setTimeout(() => void this.flush(), RETRY_MS);
    }
  }
}
