import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@wbm/runtime';

/** Why the work on a turn was given up. `late`: the job's deadline. */
export type GivenUp = 'superseded' | 'lost' | 'stopping' | 'late';

export type Held<T> = { readonly done: true; readonly value: T } | { readonly done: false; readonly why: GivenUp };

type HoldOptions = {
  readonly renew: () => Promise<'held' | 'superseded' | 'lost'>;
  readonly everyMs: number;
  readonly stopping: AbortSignal;
  readonly deadline: AbortSignal;
  readonly log: Logger;
};

/**
 * Works on a turn and keeps it meanwhile. The work's signal aborts as soon as the work has become useless: newer messages
 * came, another worker has the turn, or the process stops. A renewal that fails is not a lost turn: if it is lost, storing
 * the answer will say so.
 */
export async function holdTurn<T>(options: HoldOptions, work: (signal: AbortSignal) => Promise<T>): Promise<Held<T>> {
  const { renew, everyMs, stopping, deadline, log } = options;
  const working = new AbortController();
  const over = new AbortController();
  let why: GivenUp | undefined;
  const giveUp = (reason: GivenUp) => {
    why ??= reason;
    working.abort();
  };
  const listen = (signal: AbortSignal, reason: GivenUp) => {
    if (signal.aborted) giveUp(reason);
    else signal.addEventListener('abort', () => giveUp(reason), { once: true, signal: over.signal });
  };
  listen(stopping, 'stopping');
  listen(deadline, 'late');

  const keep = async () => {
    while (why === undefined) {
      await pause(everyMs, undefined, { signal: over.signal });
      try {
        const state = await renew();
        if (state !== 'held') giveUp(state);
      } catch (err) {
        log.warn({ err }, 'turn.not-renewed');
      }
    }
  };
  const keeping = keep().catch(() => undefined); // Rejects only when it is over.

  try {
    const value = await work(working.signal);
    return why === undefined ? { done: true, value } : { done: false, why };
  } catch (error) {
    if (why === undefined) throw error;
    return { done: false, why };
  } finally {
    over.abort();
    await keeping;
  }
}
