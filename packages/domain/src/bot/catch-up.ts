/** How far back a bot reads that was never linked before. */
const FIRST_LOOK_MS = 7 * 24 * 3_600_000;
/** Clocks differ, and what was just arriving when a session ended may not have been told. */
const OVERLAP_MS = 2 * 60_000;
/** A customer who waited longer is not answered as if nothing had happened: a person should look at it. */
const ANSWER_AGE_MS = 12 * 3_600_000;

export interface CatchUp {
  /** What was written since then is read. */
  readonly since: Date;
  /** What was written before then is history: kept, and answered by nobody. */
  readonly answerFrom: Date;
}

/** What a session that became ready reads of its chats. `caughtUpTo`: all before it is known; null: it never read any. */
export function planCatchUp(caughtUpTo: Date | null, now: Date): CatchUp {
  if (caughtUpTo === null) return { since: new Date(now.getTime() - FIRST_LOOK_MS), answerFrom: now };
  const since = new Date(caughtUpTo.getTime() - OVERLAP_MS);
  return { since, answerFrom: new Date(Math.max(since.getTime(), now.getTime() - ANSWER_AGE_MS)) };
}
