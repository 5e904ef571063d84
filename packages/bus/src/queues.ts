import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { AnyCommand } from './book.ts';
import { names } from './names.ts';

/** Entries kept in a queue's event stream; nobody reads it, and BullMQ's own 10,000 are memory for nothing. */
const EVENTS_KEPT = 50;

/** The queues of a process over one connection, each opened when first needed. */
export class Queues {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #open = new Map<string, Queue>();
  readonly #onError: (id: string, err: Error) => void;

  constructor(redis: Redis, prefix: string, onError: (id: string, err: Error) => void) {
    this.#redis = redis;
    this.#prefix = prefix;
    this.#onError = onError;
  }

  of(command: AnyCommand): Queue {
    const existing = this.#open.get(command.id);
    if (existing) return existing;
    const queue = new Queue(command.id, {
      connection: this.#redis,
      prefix: names.queuePrefix(this.#prefix, command.id),
      streams: { events: { maxLen: EVENTS_KEPT } },
      // The check is a command of its own: failing it during an outage would spoil this Queue for good.
      skipVersionCheck: true,
    });
    queue.on('error', (err) => this.#onError(command.id, err));
    this.#open.set(command.id, queue);
    return queue;
  }

  /** Says again how short the event streams are to be kept: FLUSHALL forgets it. */
  async restoreSettings(command: AnyCommand): Promise<void> {
    const queue = this.of(command);
    await queue.getBackend().setQueueMeta(queue.metaValues);
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#open.values()].map((queue) => queue.close()));
  }
}
