import type { BotStatePatch } from '@wbm/db';
import { type Logger, Transient } from '@wbm/runtime';
import type { BotBells, BotRows } from '../ports.ts';

const RETRY_MS = 500;

type WriterOptions = {
  readonly rows: Pick<BotRows, 'setState'>;
  readonly bells: Pick<BotBells, 'changed'>;
  readonly log: Logger;
};

/** Writes a bot's states in order and tells each change. While Postgres is away only the newest is kept. */
export class StateWriter {
  readonly #options: WriterOptions;
  #waiting: BotStatePatch[] = [];
  #writing: Promise<void> | undefined;
  #closed = false;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  write(patch: BotStatePatch): void {
    if (this.#closed) return;
    this.#waiting.push(patch);
    this.#writing ??= this.#loop();
  }

  async written(): Promise<void> {
    await this.#writing;
  }

  /** The run is over: nothing more is written, not even what waits. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
  }

  async #loop(): Promise<void> {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      try {
        if (await this.#options.rows.setState(next)) this.#options.bells.changed();
      } catch (err) {
        if (!(err instanceof Transient)) {
          this.#options.log.error({ state: next.state, err }, 'bot.state-refused');
          continue;
        }
        this.#options.log.warn({ state: next.state, err }, 'bot.state-later');
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        if (!this.#closed) this.#waiting = [this.#waiting.at(-1) ?? next];
      }
    }
    this.#writing = undefined;
  }
}
