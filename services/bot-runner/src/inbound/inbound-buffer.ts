import type { RawMessage } from '@wbm/db';
import { type Logger, Transient, withCorrelation } from '@wbm/runtime';
import type { BotBells, BotRows } from '../ports.ts';

const BATCH = 200;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;

/** How many messages a whole runner may hold while Postgres is away. */
export class BufferSpace {
  readonly #limit: number;
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  take(): boolean {
    if (this.#used >= this.#limit) return false;
    this.#used += 1;
    return true;
  }

  give(count: number): void {
    this.#used -= count;
  }

  used(): number {
    return this.#used;
  }
}

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
  readonly #waiting: RawMessage[] = [];
  #flushing: Promise<void> | undefined;

  constructor(options: BufferOptions) {
    this.#options = options;
  }

  /** False: the runner's buffer is full and the message is not kept; the next catch-up has to find it. */
  push(row: RawMessage): boolean {
    if (!this.#options.space.take()) return false;
    this.#waiting.push(row);
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
      const batch = this.#waiting.slice(0, size);
      try {
        await this.#store(batch);
        retryMs = FIRST_RETRY_MS;
        size = BATCH;
        this.#forget(batch.length);
        for (const row of batch) this.#options.onStored(row);
      } catch (err) {
        const { log } = this.#options;
        if (err instanceof Transient) {
          log.warn({ waiting: this.#waiting.length, err }, 'inbound.store-later');
          await new Promise((resolve) => setTimeout(resolve, retryMs));
          retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
        } else if (size > 1) {
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

  async #store(batch: readonly RawMessage[]): Promise<void> {
    const chats = await this.#options.rows.receive(batch);
    const newest = batch.at(-1);
    const ring = () => {
      for (const { chatId } of chats) this.#options.bells.inboundWaits(chatId);
    };
    // With several chats in one batch nobody can say whose story the bell belongs to; the rows know.
    if (newest && new Set(batch.map((row) => row.jid)).size === 1) withCorrelation(newest.correlationId, ring);
    else ring();
  }

  #forget(count: number): void {
    this.#waiting.splice(0, count);
    this.#options.space.give(count);
  }
}
