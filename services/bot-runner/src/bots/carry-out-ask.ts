import type { BotAsk } from '@wbm/db';
import type { BotState } from '@wbm/domain';
import type { EngineProcess } from '../engine/engine-process.ts';
import { type SelfTestFaults, selfTest } from './self-test.ts';

const LOGOUT_MS = 20_000;
const CODE_MS = 60_000;
const NOT_READY = 'The bot was not ready.';
/** On their way somewhere: what can be asked of them shows when they are there. */
const ON_THE_WAY = new Set<BotState>(['starting', 'authenticated', 'syncing-history', 'reconnecting']);
const UNLINKED = new Set<BotState>(['needs-scan', 'pairing-code', 'needs-passkey', 'logged-out']);

export type Session = {
  readonly state: BotState | undefined;
  /** E.164; null when it is not known. */
  readonly ownNumber: string | null;
  /** Whether a test may send now: it does so past the claim, once and not often. */
  readonly mayTest: () => Promise<boolean>;
  readonly process: Pick<EngineProcess, 'call'> | undefined;
};

/** `tested`: how a test went. `begun`: nobody asks for it any more since it began, so that it is sent once. */
export type CarriedOut = 'done' | { readonly tested: SelfTestFaults; readonly begun: boolean };

/**
 * Does what a person asked of a session. `later`: the session is not where it could. What does not fit where it is, such
 * as logging out what is not linked, is done by doing nothing. Throws `CallFailed` when the engine could not.
 */
export async function carryOutAsk(asked: BotAsk, session: Session): Promise<CarriedOut | 'later'> {
  const { state, process, ownNumber, mayTest } = session;
  if (!process || state === undefined || ON_THE_WAY.has(state)) return 'later';
  if (asked.ask === 'logout' && state === 'ready') await process.call('logout', {}, LOGOUT_MS);
  if (asked.ask === 'pairing-code' && UNLINKED.has(state)) {
    await process.call('requestPairingCode', { phone: asked.phone }, CODE_MS);
  }
  if (asked.ask === 'self-test') {
    if (state !== 'ready' || ownNumber === null)
      return { tested: { text: NOT_READY, picture: NOT_READY }, begun: false };
    if (await mayTest()) return { tested: await selfTest(process, ownNumber), begun: true };
  }
  return 'done';
}
