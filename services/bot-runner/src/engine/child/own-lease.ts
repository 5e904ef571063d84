/**
 * The child's own short lease. Its runner lengthens it at each beat; when the runner is stopped (SIGSTOP, starved of
 * time) nobody does, and the child must have stopped acting before another runner may take the bot.
 */
export class OwnLease {
  readonly #nowMs: () => number;
  readonly #onEnd: () => void;
  #untilMs = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `nowMs` is the machine's monotonic clock; `onEnd` runs once the lease has run out. */
  constructor(nowMs: () => number, onEnd: () => void) {
    this.#nowMs = nowMs;
    this.#onEnd = onEnd;
  }

  /** Lengthens the lease; an older moment than the known one changes nothing. */
  until(untilMs: number): void {
    if (untilMs <= this.#untilMs) return;
    this.#untilMs = untilMs;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.holds() ? this.#rearm() : this.#onEnd()), untilMs - this.#nowMs());
  }

  /** False before the first lease too. */
  holds(): boolean {
    return this.#nowMs() < this.#untilMs;
  }

  /** Timers may fire a moment early. */
  #rearm(): void {
    const untilMs = this.#untilMs;
    this.#untilMs = 0;
    this.until(untilMs);
  }
}
