import type { Clock, Logger } from '@wbm/runtime';

type Options = { readonly beatMs: number; readonly clock: Clock; readonly log: Logger };

/** How long bots have waited for a runner, and whether this one is full. */
export class Shortage {
  readonly #options: Options;
  #beats = 0;
  #countedAtMs = 0;
  #full = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** How many beats in a row found bots that nobody holds. */
  get beats(): number {
    return this.#beats;
  }

  /** Counts beats, not wakes: many wakes in one moment say nothing of how long bots have waited. */
  noteUnplaced(unplaced: number): void {
    const nowMs = this.#options.clock.monotonicMs();
    if (unplaced === 0) this.#beats = 0;
    else if (nowMs - this.#countedAtMs >= this.#options.beatMs) {
      this.#beats += 1;
      this.#countedAtMs = nowMs;
    }
  }

  /** Said once, and again when it happens again. `bots`: how many it runs. */
  noteFull(full: boolean, bots: number): void {
    if (full && !this.#full) this.#options.log.warn({ bots }, 'runner.out-of-memory');
    this.#full = full;
  }
}
