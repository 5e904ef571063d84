import type { Logger } from '@wbm/runtime';
import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { backoffMs } from './backoff.ts';
import type { AnyCommand } from './book.ts';
import { names } from './names.ts';
import type { RawJob } from './run-job.ts';

/** How long a stop waits for Redis to take note after the last handler is done; the rows know the result anyway. */
const FAREWELL_MS = 2_000;

type ConsumerOptions = {
  readonly redis: Redis;
  readonly prefix: string;
  readonly command: AnyCommand;
  readonly concurrency: number;
  readonly log: Logger;
  readonly run: (job: RawJob) => Promise<void>;
};

/** Pulls the jobs of one queue. Waits for Redis for as long as it is away and goes on when it comes back. */
export class Consumer {
  readonly #worker: Worker;
  readonly #command: AnyCommand;
  readonly #log: Logger;
  readonly #held = new Set<Promise<void>>();
  #stopping = false;

  constructor({ redis, prefix, command, concurrency, log, run }: ConsumerOptions) {
    this.#command = command;
    this.#log = log;
    this.#worker = new Worker(command.id, (job) => this.#hold(run(job)), {
      connection: redis,
      prefix: names.queuePrefix(prefix, command.id),
      autorun: false,
      concurrency,
      // A worker that died is noticed within 15 s instead of a minute; a bell may stall as often as it likes.
      lockDuration: 10_000,
      stalledInterval: 5_000,
      maxStalledCount: 1_000_000,
      drainDelay: 5,
      // BullMQ's own 15 s would be the time nothing is handled after a short outage.
      runRetryDelay: 1_000,
      settings: { backoffStrategy: (attempt, _type, _err, job) => backoffMs(attempt, baseOf(job?.opts.backoff)) },
    });
    this.#worker.on('error', (err) => this.#log.debug({ command: command.id, err }, 'bus.consumer-error'));
    this.#worker.on('stalled', () => this.#log.warn({ command: command.id }, 'bus.job-stalled'));
  }

  /** Begins to pull. A loop that ends although nobody stopped it begins again. */
  start(): void {
    if (this.#stopping) return;
    this.#worker.run().catch((err) => {
      this.#log.error({ command: this.#command.id, err }, 'bus.consumer-restarted');
      setTimeout(() => this.start(), 1_000).unref();
    });
  }

  /** Pulls no more and waits for the handlers at work, however long they take: the caller has the deadline. */
  async drain(): Promise<void> {
    this.#stopping = true;
    const closed = this.#worker.close().catch(() => undefined);
    const left = (async () => {
      while (this.#held.size > 0) await Promise.allSettled(this.#held);
      await new Promise((resolve) => setTimeout(resolve, FAREWELL_MS).unref());
    })();
    await Promise.race([closed, left]);
  }

  /** Lets go of the sockets, with or without Redis's consent. */
  async close(): Promise<void> {
    if (!this.#stopping) await this.drain();
    void this.#worker.disconnect().catch(() => undefined);
  }

  #hold(work: Promise<void>): Promise<void> {
    this.#held.add(work);
    work.catch(() => undefined).finally(() => this.#held.delete(work));
    return work;
  }
}

function baseOf(backoff: number | { delay?: number } | undefined): number {
  return (typeof backoff === 'number' ? backoff : backoff?.delay) ?? 1_000;
}
