import type { PayloadOf, sandboxWake } from '@wbm/contracts';
import type { BotRun } from '../bots/bot-run.ts';

/** Something happened in the simulated network of a bot. */
export function onSandboxWake(runs: ReadonlyMap<string, BotRun>) {
  return ({ botId }: PayloadOf<typeof sandboxWake>): void => runs.get(botId)?.wakeRelay();
}
