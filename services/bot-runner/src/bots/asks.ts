import type { Logger } from '@wbm/runtime';
import { type Coalesced, coalesce } from '../coalesce.ts';
import type { BotRows } from '../ports.ts';
import { carryOutAsk, type Session } from './carry-out-ask.ts';

type AsksOptions = {
  readonly rows: Pick<BotRows, 'asked' | 'clearAsked'>;
  readonly log: Logger;
  /** Null: the run is ending. */
  readonly session: () => Session | null;
};

/** Carries out what people ask of a session, one thing after the other; what cannot be done now waits for the next wake. */
export function asksOf({ rows, log, session }: AsksOptions): Coalesced {
  return coalesce(log, 'asks', async () => {
    const asked = await rows.asked();
    const here = session();
    if (asked === null || here === null) return;
    const outcome = await carryOutAsk(asked, here).catch((err) => {
      log.warn({ ask: asked.ask, err }, 'bot.ask-failed');
      return 'done' as const;
    });
    if (outcome === 'done') await rows.clearAsked(asked);
  });
}
