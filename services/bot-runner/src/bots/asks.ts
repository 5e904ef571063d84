import type { Logger } from '@wbm/runtime';
import { type Coalesced, coalesce } from '../coalesce.ts';
import type { BotBells, BotRows } from '../ports.ts';
import { carryOutAsk, type Session } from './carry-out-ask.ts';
import type { SelfTestFaults } from './self-test.ts';

type AsksOptions = {
  readonly rows: Pick<BotRows, 'asked' | 'clearAsked' | 'setSelfTest'>;
  readonly bells: Pick<BotBells, 'changed'>;
  readonly log: Logger;
  /** Null: the run is ending. */
  readonly session: () => Omit<Session, 'tested'> | null;
};

/** Carries out what people ask of a session, one thing after the other; what cannot be done now waits for the next wake. */
export function asksOf({ rows, bells, log, session }: AsksOptions): Coalesced {
  const tested = async (faults: SelfTestFaults) => {
    if (await rows.setSelfTest(faults)) bells.changed();
  };
  return coalesce(log, 'asks', async () => {
    const asked = await rows.asked();
    const here = session();
    if (asked === null || here === null) return;
    const outcome = await carryOutAsk(asked, { ...here, tested }).catch((err) => {
      log.warn({ ask: asked.ask, err }, 'bot.ask-failed');
      return 'done' as const;
    });
    if (outcome === 'done') await rows.clearAsked(asked);
  });
}
