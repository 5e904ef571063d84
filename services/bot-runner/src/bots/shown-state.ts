import type { BotStatePatch } from '@wbm/db';
import type { BotState } from '@wbm/domain';
import type { Logger } from '@wbm/runtime';
import type { RunnerMetrics } from '../metrics.ts';
import type { BotBells, BotRows } from '../ports.ts';
import { StateWriter } from './state-writer.ts';

type Options = {
  readonly botId: string;
  readonly rows: Pick<BotRows, 'setState'>;
  readonly bells: Pick<BotBells, 'changed'>;
  readonly metrics: Pick<RunnerMetrics, 'botState' | 'botMemory'>;
  readonly log: Logger;
};

/** The state that a run shows of its bot: in the bot's row, in the log and as a metric. */
export class ShownState {
  readonly #options: Options;
  readonly #writer: StateWriter;
  #last: BotStatePatch | undefined;

  constructor(options: Options) {
    this.#options = options;
    this.#writer = new StateWriter(options);
  }

  /** Undefined before the first. */
  get state(): BotState | undefined {
    return this.#last?.state;
  }

  show(patch: BotStatePatch): void {
    const { log, metrics, botId } = this.#options;
    if (this.state !== patch.state) log.info({ state: patch.state }, 'bot.state');
    this.#last = patch;
    metrics.botState(botId, patch.state);
    this.#writer.write(patch);
  }

  /** Says something of the state that it is in. */
  explain(reason: string): void {
    if (this.#last) this.show({ ...this.#last, reason });
  }

  written(): Promise<void> {
    return this.#writer.written();
  }

  /** The run is over: nothing more is written, and nothing more is measured. */
  close(): void {
    this.#writer.close();
    this.#options.metrics.botState(this.#options.botId, null);
    this.#options.metrics.botMemory(this.#options.botId, null);
  }
}
