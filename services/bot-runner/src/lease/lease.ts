import type { Clock } from '@wbm/runtime';

/** Engines are killed when so much of the lease has passed without an answer: before anybody else can take their bots. */
const SELF_FENCE = 0.8;

/** This runner's lease as it may count on it, by the monotonic clock: never longer than what Postgres granted. */
export class Lease {
  readonly #clock: Clock;
  readonly #leaseMs: number;
  #untilMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, leaseMs: number) {
    this.#clock = clock;
    this.#leaseMs = leaseMs;
  }

  /** A beat that was sent at `sentAtMs` (monotonic) has been answered. Postgres counts from later than that. */
  renewed(sentAtMs: number): void {
    this.#untilMs = Math.max(this.#untilMs, sentAtMs + this.#leaseMs * SELF_FENCE);
  }

  /** Zero or less: the engines of this runner must not act any more. */
  remainingMs(): number {
    return this.#untilMs - this.#clock.monotonicMs();
  }

  holds(): boolean {
    return this.remainingMs() > 0;
  }
}
