import type { BotAsk } from '@wbm/db';
import type { Logger } from '@wbm/runtime';
import { type Coalesced, coalesce } from '../coalesce.ts';
import type { BotBells, BotRows } from '../ports.ts';
import { type CarriedOut, carryOutAsk, type Session } from './carry-out-ask.ts';

/** Each as soon as somebody looks for work. */
const TRIES = 3;
const CANNOT: Readonly<Record<BotAsk['ask'], string>> = {
  logout: 'WhatsApp did not log the number out. Try again, or remove the device on the phone.',
  'pairing-code': 'WhatsApp gave no code for that number. Check the number and try again, or scan the QR code.',
  'self-test': 'The test could not be carried out. Try again.',
};

type AsksOptions = {
  readonly rows: Pick<BotRows, 'asked' | 'clearAsked' | 'beginSelfTest' | 'setSelfTest'>;
  readonly bells: Pick<BotBells, 'changed'>;
  readonly log: Logger;
  /** Null: the run is ending. */
  readonly session: () => Omit<Session, 'mayTest'> | null;
  /** It was given up; what to tell people. */
  readonly onGivenUp: (reason: string) => void;
};
type Ended = { readonly asked: BotAsk; readonly outcome: CarriedOut | 'given-up' };

/**
 * Carries out what people ask of a session, one thing after the other. What cannot be done now waits for the next wake;
 * what failed is tried a few times, for WhatsApp may just be away. What was done is not done again because Postgres could
 * not be told: then only that is tried again.
 */
export function asksOf({ rows, bells, log, session, onGivenUp }: AsksOptions): Coalesced {
  let failing: { readonly ask: string; readonly times: number } | null = null;
  let untold: Ended | null = null;
  const tell = async ({ asked, outcome }: Ended) => {
    if (typeof outcome === 'object' && (await rows.setSelfTest(outcome.tested))) bells.changed();
    // What is asked for now is another test.
    if (typeof outcome === 'string' || !outcome.begun) await rows.clearAsked(asked);
    failing = null;
    untold = null;
    if (outcome === 'given-up' && session() !== null) onGivenUp(CANNOT[asked.ask]);
  };
  return coalesce(log, 'asks', async () => {
    if (untold) await tell(untold);
    const asked = await rows.asked();
    const here = session();
    if (asked === null || here === null) return;
    const ask = JSON.stringify(asked);
    const outcome = await carryOutAsk(asked, { ...here, mayTest: rows.beginSelfTest }).catch((err) => {
      failing = { ask, times: failing?.ask === ask ? failing.times + 1 : 1 };
      log.warn({ ask: asked.ask, times: failing.times, err }, 'bot.ask-failed');
      // A test may have sent something already.
      return failing.times < TRIES && asked.ask !== 'self-test' ? ('later' as const) : ('given-up' as const);
    });
    if (outcome === 'later') return;
    untold = { asked, outcome };
    await tell(untold);
  });
}
