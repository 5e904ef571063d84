import { newCorrelationId, withCorrelation } from './correlation.ts';
import type { Logger } from './log.ts';

export interface Pulse {
  /** Runs the task now, or once more right after the run under way: a bell that rings during a run is not lost. */
  wake(): void;
  /** No further runs; resolves when the one under way is done. */
  stop(): Promise<void>;
}

type PulseOptions = {
  /** What the log calls it, e.g. `sweep`. */
  readonly task: string;
  readonly everyMs: number;
  readonly log: Logger;
  readonly run: () => unknown;
};

/**
 * Something done again and again: every `everyMs` after the last run ended, sooner when woken, never twice at once.
 * A run that fails is logged, and the next one comes all the same. The first run comes at once.
 */
export function startPulse({ task, everyMs, log, run }: PulseOptions): Pulse {
  let stopped = false;
  let woken = false;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const once = async () => {
    do {
      woken = false;
      try {
        await withCorrelation(newCorrelationId(), async () => run());
      } catch (err) {
        log.error({ task, err }, 'pulse.failed');
      }
    } while (woken && !stopped);
    running = undefined;
    if (!stopped) timer = setTimeout(begin, everyMs);
  };
  const begin = () => {
    clearTimeout(timer);
    running = once();
  };
  begin();

  return {
    wake() {
      if (stopped) return;
      if (running) woken = true;
      else begin();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
