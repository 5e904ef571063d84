import type { BotRun } from './bots/bot-run.ts';
import type { Fleet } from './ports.ts';

/** One question for all bots of this runner: whose bell may have been lost. */
export async function lookForWork(
  fleet: Pick<Fleet, 'work'>,
  runnerId: string,
  runs: ReadonlyMap<string, BotRun>,
): Promise<void> {
  for (const { botId, work } of await fleet.work(runnerId)) {
    if (work === 'send') runs.get(botId)?.wakeLaneFully();
    else if (work === 'media') runs.get(botId)?.wakeMedia();
    else if (work === 'ask') runs.get(botId)?.rowChanged();
    else runs.get(botId)?.wakeRelay();
  }
  // Somebody may have scanned the code of a simulated device, which is no work that a row tells.
  for (const run of runs.values()) {
    if (!run.ready) run.wakeRelay();
    void run.checkHeard();
  }
}
