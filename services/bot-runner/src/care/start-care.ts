import type { Clock, Logger } from '@wbm/runtime';
import type { RunnerMetrics } from '../metrics.ts';
import { BotCare, type CaredFor } from './bot-care.ts';
import { type CareRounds, careRounds } from './care-rounds.ts';
import { machineMemory } from './machine-memory.ts';
import { memoryOfTrees } from './tree-memory.ts';

const MB = 1024 * 1024;
const DAY_MS = 24 * 3_600_000;

interface Settings {
  readonly RUNNER_MEMORY_MB?: number | undefined;
  readonly BOT_MEMORY_MB: number;
  readonly BOT_RECYCLE_DAYS: number;
  readonly BOT_RECYCLE_HOUR: number;
  readonly BOT_CARE_MS: number;
}

type Surroundings = {
  readonly runs: () => Iterable<CaredFor>;
  readonly erasing: () => number;
  /** There is room for more bots. */
  readonly onRoom: () => void;
  readonly metrics: () => RunnerMetrics;
  readonly clock: Clock;
  readonly log: Logger;
};

/** The care for the bots of this process, on the memory of this machine. `begin` starts the rounds. */
export function botCare(config: Settings, { runs, erasing, onRoom, metrics, clock, log }: Surroundings) {
  const care = new BotCare({
    runs,
    erasing,
    memoryOf: memoryOfTrees,
    machine: () => machineMemory(),
    metrics: {
      botMemory: (botId, bytes) => metrics().botMemory(botId, bytes),
      engineRenewed: (why) => metrics().engineRenewed(why),
    },
    log,
    now: () => clock.now(),
    botLimit: config.BOT_MEMORY_MB * MB,
    longestUpMs: config.BOT_RECYCLE_DAYS * DAY_MS,
    recycleHour: config.BOT_RECYCLE_HOUR,
    budget: config.RUNNER_MEMORY_MB === undefined ? null : config.RUNNER_MEMORY_MB * MB,
  });
  let rounds: CareRounds | undefined;
  return {
    room: () => care.room(),
    botReady: () => rounds?.botReady(),
    begin: (): CareRounds => (rounds = careRounds({ care, everyMs: config.BOT_CARE_MS, log, onRoom })),
  };
}
