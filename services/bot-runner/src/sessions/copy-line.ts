type Waiting = { readonly enter: () => void; readonly first: boolean };
type PassOptions = { readonly signal: AbortSignal; readonly first?: boolean };

/**
 * Lets so many copies of sessions be written or read at a time: all bots of a runner stop together, and the copies of
 * all at once would each take as long as all of them, so that in the end there would be none.
 */
export class CopyLine {
  readonly #waiting: Waiting[] = [];
  #free: number;

  constructor(width: number) {
    this.#free = width;
  }

  /** Does `work` when it is its turn. `first`: before those that wait and are not. Rejects when it is aborted before. */
  async pass<T>(work: () => Promise<T>, { signal, first = false }: PassOptions): Promise<T> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#turn(first, signal);
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next.enter();
      else this.#free += 1;
    }
  }

  #turn(first: boolean, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { first, enter };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason);
      };
      function enter() {
        signal.removeEventListener('abort', leave);
        resolve();
      }
      const after = this.#waiting.findIndex((other) => first && !other.first);
      this.#waiting.splice(after === -1 ? this.#waiting.length : after, 0, waiting);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}
