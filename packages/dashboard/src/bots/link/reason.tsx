import type { BotView } from '@wbm/contracts';

/** The words beside a bot's state, when there are any. */
export function Reason({ bot }: { readonly bot: BotView }) {
  return bot.stateReason === null ? null : <p className="text-muted text-xs">{bot.stateReason}</p>;
}
