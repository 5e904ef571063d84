import type { Logger } from '@wbm/runtime';
import type { Redis } from 'ioredis';
import type { BusMetrics } from './bus-metrics.ts';
import { within } from './within.ts';

const PROBE_EVERY_MS = 250;

/**
 * The line bells are sent over. `try` is bounded by the limit of a send, and once Redis has not answered the line counts as
 * deaf: further bells are given up at once, so that a frozen Redis costs a request one second and not one per bell.
 * A probe finds out when Redis answers again.
 */
export class Line {
  readonly redis: Redis;
  readonly #log: Logger;
  readonly #metrics: BusMetrics;
  readonly #limitMs: number;
  readonly #onHearing: (() => void)[] = [];
  #probe: NodeJS.Timeout | undefined;
  #closed = false;
  #lost = 0;

  constructor(redis: Redis, log: Logger, metrics: BusMetrics, limitMs: number) {
    this.redis = redis;
    this.#log = log;
    this.#metrics = metrics;
    this.#limitMs = limitMs;
  }

  /** Whether Redis answered when last asked. */
  get hears(): boolean {
    return this.redis.status === 'ready' && this.#probe === undefined;
  }

  /** Runs each time Redis answers again after it did not. */
  onHearing(hook: () => void): void {
    this.#onHearing.push(hook);
  }

  /** True when Redis confirmed `action`; false is *unknown*: it may have been done all the same. Never throws. */
  async try(id: string, action: () => Promise<unknown>): Promise<boolean> {
    if (this.#probe === undefined && !this.#closed) {
      try {
        await within(this.#limitMs, this.#whenReady().then(action));
        return true;
      } catch (err) {
        // An answer that says no (out of memory, read-only) is an answer; asking PING would not tell more.
        if (err instanceof Error && err.name === 'ReplyError') this.#log.warn({ command: id, err }, 'bus.refused');
        else this.#becomeDeaf(id, err);
      }
    }
    this.#lost += 1;
    this.#metrics.lost.inc({ command: id });
    return false;
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#probe);
    this.redis.disconnect();
  }

  async #whenReady(): Promise<void> {
    if (this.redis.status === 'ready') return;
    await new Promise<void>((resolve) => this.redis.once('ready', () => resolve()));
  }

  #becomeDeaf(id: string, err: unknown): void {
    if (this.#probe !== undefined || this.#closed) return;
    this.#log.warn({ command: id, err }, 'bus.deaf');
    this.#probe = setInterval(() => void this.#ask(), PROBE_EVERY_MS);
    this.#probe.unref();
  }

  async #ask(): Promise<void> {
    if (this.redis.status !== 'ready') return;
    const answered = await this.redis.ping().then(
      () => true,
      () => false,
    );
    if (!answered || this.#probe === undefined) return;
    clearInterval(this.#probe);
    this.#probe = undefined;
    this.#log.info({ lost: this.#lost }, 'bus.hearing');
    this.#lost = 0;
    for (const hook of this.#onHearing) hook();
  }
}
