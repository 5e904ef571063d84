import type { botWake, PayloadOf } from '@wbm/contracts';
import type { BotRun } from '../bots/bot-run.ts';
import type { Placement } from '../lease/placement.ts';

/**
 * What is wanted of some bot changed: every runner reads again what it holds, and takes what nobody has; the one that
 * has the bot looks what was asked of its session, and what it may send.
 */
export function onBotWake(placement: Pick<Placement, 'wake'> & { readonly runs: ReadonlyMap<string, BotRun> }) {
  return ({ botId }: PayloadOf<typeof botWake>): void => {
    placement.wake();
    placement.runs.get(botId)?.rowChanged();
  };
}
