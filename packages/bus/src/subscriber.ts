import type { Logger } from '@wbm/runtime';
import type { Redis } from 'ioredis';

const PING_EVERY_MS = 5_000;

type SubscriberOptions = {
  readonly connect: () => Redis;
  readonly log: Logger;
  /** Runs each time the subscription is in place, the first time included: what was said before is lost. */
  readonly onSubscribed: () => void;
};

/** The one pub/sub connection of a process. It subscribes anew after every reconnect. */
export class Subscriber {
  readonly #options: SubscriberOptions;
  readonly #channels = new Map<string, (raw: string) => Promise<void>>();
  readonly #held = new Set<Promise<void>>();
  #redis: Redis | undefined;
  #pinger: NodeJS.Timeout | undefined;

  constructor(options: SubscriberOptions) {
    this.#options = options;
  }

  on(channel: string, listener: (raw: string) => Promise<void>): void {
    this.#channels.set(channel, listener);
  }

  /** Connects and returns without waiting for Redis. */
  start(): void {
    if (this.#channels.size === 0 || this.#redis) return;
    const redis = this.#options.connect();
    this.#redis = redis;
    redis.on('ready', () => void this.#subscribe(redis));
    redis.on('message', (channel: string, raw: string) => this.#hear(channel, raw));
    // The reply is of no interest; no reply at all makes the socket time out and the connection start anew.
    this.#pinger = setInterval(() => {
      if (redis.status === 'ready') redis.ping().catch(() => undefined);
    }, PING_EVERY_MS);
    this.#pinger.unref();
  }

  /** Hears no more and waits for the listeners at work. */
  async drain(): Promise<void> {
    this.close();
    while (this.#held.size > 0) await Promise.allSettled(this.#held);
  }

  close(): void {
    clearInterval(this.#pinger);
    this.#redis?.disconnect();
  }

  async #subscribe(redis: Redis): Promise<void> {
    try {
      await redis.subscribe(...this.#channels.keys());
      this.#options.onSubscribed();
    } catch (err) {
      // The connection broke in between, and the next `ready` tries again.
      this.#options.log.debug({ err }, 'bus.subscribe-failed');
    }
  }

  #hear(channel: string, raw: string): void {
    const listener = this.#channels.get(channel);
    if (!listener) return;
    const work = listener(raw).catch((err) => this.#options.log.error({ channel, err }, 'bus.listener-failed'));
    this.#held.add(work);
    void work.finally(() => this.#held.delete(work));
  }
}
