import { LONGEST_REPLY_WAIT_MS } from '../conversation/reply-age.ts';

/** How far back a bot reads that was never linked before. */
const FIRST_LOOK_MS = 7 * 24 * 3_600_000;
/** Clocks differ, and what was just arriving when a session ended may not have been told. */
const OVERLAP_MS = 2 * 60_000;
/** A message on its way through slow networks, and clocks that differ. */
const LATE_MS = 10 * 60_000;

export interface CatchUpFacts {
  /** Everything written before then is stored; null: this number was never read. */
  readonly caughtUpTo: Date | null;
  /** When this session was linked, or came back. */
  readonly linkedAt: Date;
  /** A customer who waited longer is not answered as if nothing had happened. */
  readonly answerAgeMs: number;
  readonly now: Date;
}

export interface CatchUp {
  /** What was written since then is read. */
  readonly since: Date;
  /** What a customer wrote before then is history: kept, and answered by nobody. */
  readonly answerFrom: Date;
  /**
   * What the business wrote on its phone before then is history too. After it, somebody has taken the chat over, as if
   * the bot had listened: no reply that still waits may follow that answer.
   */
  readonly takenOverFrom: Date;
}

/** What a session that became ready reads of its chats. A first link answers nothing that was there before it. */
export function planCatchUp({ caughtUpTo, linkedAt, answerAgeMs, now }: CatchUpFacts): CatchUp {
  const lively = livelyFrom(answerAgeMs, now);
  if (caughtUpTo === null) return { since: ago(linkedAt, FIRST_LOOK_MS), ...notBefore(linkedAt, lively) };
  const since = ago(caughtUpTo, OVERLAP_MS);
  return { since, ...notBefore(since, lively) };
}

/** Whether a message read from the past stays there. */
export function isHistory({ fromMe, at }: { fromMe: boolean; at: string }, plan: Omit<CatchUp, 'since'>): boolean {
  return new Date(at) < (fromMe ? plan.takenOverFrom : plan.answerFrom);
}

/**
 * The same for what a session tells as new: after hours without a network that may be old as well. Even a bot that answers
 * nothing it missed answers what comes a little late.
 */
export function newsFrom(answerAgeMs: number, now: Date): Omit<CatchUp, 'since'> {
  return livelyFrom(Math.max(answerAgeMs, LATE_MS), now);
}

function livelyFrom(answerAgeMs: number, now: Date): Omit<CatchUp, 'since'> {
  return {
    answerFrom: ago(now, answerAgeMs),
    takenOverFrom: ago(now, Math.max(answerAgeMs, LONGEST_REPLY_WAIT_MS)),
  };
}

function ago(from: Date, ms: number): Date {
  return new Date(from.getTime() - ms);
}

function notBefore(start: Date, { answerFrom, takenOverFrom }: Omit<CatchUp, 'since'>): Omit<CatchUp, 'since'> {
  const latest = (one: Date) => (one > start ? one : start);
  return { answerFrom: latest(answerFrom), takenOverFrom: latest(takenOverFrom) };
}
