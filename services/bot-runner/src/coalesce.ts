import type { Logger } from '@wbm/runtime';

export interface Coalesced {
  /** Runs the task now, or once more right after the run under way: a bell that rings during a run is not lost. */
  wake(): void;
  /** Resolves when nothing runs. */
  idle(): Promise<void>;
}

/** A task that never runs twice at once. A run that fails is logged; whoever wakes it next tries again. */
export function coalesce(log: Logger, task: string, run: () => Promise<void>): Coalesced {
  let woken = false;
  let running: Promise<void> | undefined;

  const loop = async () => {
    do {
      woken = false;
      try {
        await run();
      } catch (err) {
        log.warn({ task, err }, 'run.task-failed');
      }
    } while (woken);
    running = undefined;
  };

  return {
    wake() {
      woken = true;
      running ??= loop();
    },
    async idle() {
      await running;
    },
  };
}
