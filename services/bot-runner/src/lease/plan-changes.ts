import type { HeldBot } from '@wbm/db';

/** A run as this process has it. `leaving`: it is being stopped already, and needs nothing more. */
export interface LocalRun {
  readonly botId: string;
  readonly runEpoch: number;
  readonly restartNo: number;
  readonly leaving: boolean;
  /** It ends and removes the session of a deleted bot. */
  readonly erases?: boolean;
}

export type Change =
  /** Not ours any more: killed at once, without a word to anybody. */
  | { readonly change: 'drop'; readonly botId: string }
  | { readonly change: 'start'; readonly held: HeldBot }
  /** Nobody wants it to run: stopped in order, then let go. */
  | { readonly change: 'stop'; readonly held: HeldBot }
  | { readonly change: 'restart'; readonly held: HeldBot }
  /** It was deleted: its session is to be ended and removed. */
  | { readonly change: 'erase'; readonly held: HeldBot };

/** What to do so that this process runs exactly the bots that the lease's answer lists. Drops come first. */
export function planChanges(held: readonly HeldBot[], runs: readonly LocalRun[]): Change[] {
  const listed = new Map(held.map((bot) => [bot.botId, bot]));
  const local = new Map(runs.map((run) => [run.botId, run]));
  const lost = runs.filter((run) => listed.get(run.botId)?.runEpoch !== run.runEpoch);
  for (const run of lost) local.delete(run.botId);

  const changes: Change[] = lost.map(({ botId }) => ({ change: 'drop', botId }));
  for (const bot of held) {
    const run = local.get(bot.botId);
    if (run?.leaving) continue;
    if (bot.status === 'erase' && run?.erases) continue;
    if (bot.status === 'erase' && !run) changes.push({ change: 'erase', held: bot });
    else if (bot.status !== 'enabled') changes.push({ change: 'stop', held: bot });
    else if (!run) changes.push({ change: 'start', held: bot });
    else if (run.restartNo !== bot.restartNo) changes.push({ change: 'restart', held: bot });
  }
  return changes;
}
