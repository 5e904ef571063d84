import type { BotState } from '@wbm/domain';
import type { AnyBot } from '../api/bots.ts';

/**
 * Pure: which sentence of `bot.stateWords` says what a bot is doing. One that nobody runs is switched off, or wanted and
 * not taken yet: it was just created, is handed over, or no runner has room.
 */
export function stateWordsOf({ status, state }: Pick<AnyBot, 'status' | 'state'>): BotState | 'waits' {
  return state === 'stopped' && status === 'enabled' ? 'waits' : state;
}
