import type { messageSend, PayloadOf } from '@wbm/contracts';
import type { BotRun } from '../bots/bot-run.ts';

/** A bot has something to send. The runner that holds it looks; the others have nothing to do. */
export function onMessageSend(runs: ReadonlyMap<string, BotRun>) {
  return ({ botId }: PayloadOf<typeof messageSend>): void => runs.get(botId)?.wakeLane();
}
