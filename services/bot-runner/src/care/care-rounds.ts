import { type Logger, type Pulse, startPulse } from '@wbm/runtime';
import type { BotCare } from './bot-care.ts';

/** For what a page that has just become ready lets go of; and for the others that become ready in the same moment. */
const SETTLES_MS = 1_000;

type Options = {
  readonly care: Pick<BotCare, 'look' | 'room'>;
  readonly everyMs: number;
  readonly log: Logger;
  /** There is room for more bots. */
  readonly onRoom: () => void;
};

export interface CareRounds {
  /** A bot has become ready: as long as nobody has measured it, others wait. One round for all that do so together. */
  botReady(): void;
  stop(): Promise<void>;
}

/** Looks after the bots again and again, and says after each round when there is room for more. */
export function careRounds({ care, everyMs, log, onRoom }: Options): CareRounds {
  let soon: NodeJS.Timeout | undefined;
  const rounds: Pulse = startPulse({
    task: 'care',
    everyMs,
    log,
    run: async () => {
      await care.look();
      const { browsers, simulated } = care.room();
      if (browsers + simulated > 0) onRoom();
    },
  });
  return {
    botReady() {
      soon ??= setTimeout(() => {
        soon = undefined;
        rounds.wake();
      }, SETTLES_MS);
    },
    async stop() {
      clearTimeout(soon);
      await rounds.stop();
    },
  };
}
