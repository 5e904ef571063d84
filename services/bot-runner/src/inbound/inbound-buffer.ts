import type { RawMessage } from '@wbm/db';
import { type Logger, Transient, withCorrelation } from '@wbm/runtime';
import type { Tally } from '../past/tally.ts';
import type { BotBells, BotRows } from '../ports.ts';

const BATCH = 200;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;

type BufferLimit = { readonly messages: number; readonly bytes: number };

/** How much a whole runner may hold while Postgres is away: of short messages so many, of long ones so many bytes. */
export class BufferSpace {
  readonly #limit: BufferLimit;
  #messages = 0;
  #bytes = 0;

  constructor(limit: BufferLimit) {
    this.#limit = limit;
  }

  /**
   * Room for one message of `bytes`; false when there is none. What is read from the past finds room only while half is
   * free: it can be read again, and what is heard now may not be lost to it.
   */
  take(bytes: number, past: boolean): boolean {
    const share = past ? 0.5 : 1;
    if (this.#messages >= this.#limit.messages * share || this.#bytes + bytes > this.#limit.bytes * share) return false;
    this.#messages += 1;
    this.#bytes += bytes;
    return true;
  }

  /** What one message took. */
  give(bytes: number): void {
    this.#messages -= 1;
    this.#bytes -= bytes;
  }

  /** Messages. */
  used(): number {
    return this.#messages;
  }
}

/** A row, and the room it takes until it is stored. */
type Waiting = { readonly row: RawMessage; readonly bytes: number; readonly tally: Tally | undefined };

type BufferOptions = {
  readonly rows: Pick<BotRows, 'receive'>;
  readonly bells: Pick<BotBells, 'inboundWaits'>;
  readonly space: BufferSpace;
  readonly log: Logger;
  readonly onStored: (row: RawMessage) => void;
  /** Postgres will never take this row; it is given up. */
  readonly onRefused: (row: RawMessage) => void;
};

/**
 * One bot's messages on their way into Postgres: in order, in batches, kept and tried again while Postgres is away.
 * It outlives the bot's run: what was received is written even if the bot has moved to another runner meanwhile.
 */
export class InboundBuffer {
  readonly #options: BufferOptions;
  readonly #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;

  constructor(options: BufferOptions) {
    this.#options = options;
  }

  /** False: the runner's buffer is full and the message is not kept; the next catch-up has to find it. `tally`, of what is read from the past, counts it if it is new. */
  push(row: RawMessage, tally?: Tally): boolean {
    const bytes = Buffer.byteLength(JSON.stringify(row));
    if (!this.#options.space.take(bytes, tally !== undefined)) return false;
    this.#waiting.push({ row, bytes, tally });
    this.#flushing ??= this.#flush();
    return true;
  }

  /** Resolves when all that was pushed is stored. */
  async flushed(): Promise<void> {
    while (this.#flushing) await this.#flushing;
  }

  async #flush(): Promise<void> {
    // What arrives in the same moment goes in one round trip.
    await new Promise(setImmediate);
    let retryMs = FIRST_RETRY_MS;
    for (let size = BATCH; this.#waiting.length > 0; ) {
      const tally = this.#waiting[0]?.tally;
      const others = this.#waiting.slice(0, size).findIndex((waiting) => waiting.tally !== tally);
      const batch = this.#waiting.slice(0, others < 0 ? size : others).map(({ row }) => row);
      try {
        const chats = await this.#store(batch);
        tally?.add(chats);
        retryMs = FIRST_RETRY_MS;
        size = Math.min(2 * size, BATCH);
        this.#forget(batch.length);
        for (const row of batch) this.#options.onStored(row);
      } catch (err) {
        const { log } = this.#options;
        if (err instanceof Transient) {
          log.warn({ waiting: this.#waiting.length, err }, 'inbound.store-later');
          size = Math.ceil(size / 2); // It may have been too much for the time that one statement has.
          await new Promise((resolve) => setTimeout(resolve, retryMs));
          retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
        } else if (batch.length > 1) {
          size = 1; // One row spoils the batch: find out which.
        } else {
          log.error({ n: batch[0]?.n, err }, 'inbound.refused');
          this.#forget(1);
          for (const row of batch) this.#options.onRefused(row);
        }
      }
    }
    this.#flushing = undefined;
  }

  /** Answers how many of each chat were not known. */
  async #store(batch: readonly RawMessage[]) {
    const chats = await this.#options.rows.receive(batch);
    const newest = batch.at(-1);
    const ring = () => {
      for (const { chatId } of chats) this.#options.bells.inboundWaits(chatId);
    };
    // With several chats in one batch nobody can say whose story the bell belongs to; the rows know.
    if (newest && new Set(batch.map((row) => row.jid)).size === 1) withCorrelation(newest.correlationId, ring);
    else ring();
    return chats;
  }

  #forget(count: number): void {
    for (const { bytes } of this.#waiting.splice(0, count)) this.#options.space.give(bytes);
  }
}
