import { DateTime } from 'luxon';

const MB = 1024 * 1024;
/** Of its limit: a bot beyond that is renewed while nobody needs it, before it has to be in the middle of a talk. */
const SOFT_SHARE = 0.7;
/** A bot that takes much by nature is not renewed again and again in one night. */
const RENEWED_MS = 12 * 3_600_000;
/** So long nobody has written and nothing was sent: then nobody is in the middle of a talk. */
const NOBODY_TALKS_MS = 5 * 60_000;
/** What a bot in a headless shell was measured to take with a page of ordinary size, rounded up. */
const USUAL_NEED = 200 * MB;

export interface BotHealth {
  /** Bytes of the bot's whole process tree; null: it could not be measured. */
  readonly memory: number | null;
  /** Bytes it may take. */
  readonly limit: number;
  /** How long its engine runs. */
  readonly upMs: number;
  readonly longestUpMs: number;
}

/** What a running engine needs. `restart-now`: it takes more than it may. `renew`: at a moment when nobody needs it. */
export function careFor({ memory, limit, upMs, longestUpMs }: BotHealth): 'nothing' | 'renew' | 'restart-now' {
  if (memory !== null && memory > limit) return 'restart-now';
  if (upMs >= longestUpMs) return 'renew';
  const much = memory !== null && memory > limit * SOFT_SHARE;
  return much && upMs >= RENEWED_MS ? 'renew' : 'nothing';
}

/**
 * Whether a bot may be renewed now: in the hour after `recycleHour` (0 to 23, by the clock of its time zone; UTC when that
 * is unknown), and only when nobody has written to it nor it to anybody for some minutes.
 */
export function mayRenew(moment: { now: Date; timeZone: string; recycleHour: number; quietMs: number }): boolean {
  if (moment.quietMs < NOBODY_TALKS_MS) return false;
  const local = DateTime.fromJSDate(moment.now, { zone: moment.timeZone });
  return (local.isValid ? local.hour : moment.now.getUTCHours()) === moment.recycleHour;
}

export interface MemoryFacts {
  /** Bytes that all bots of a runner may take together. */
  readonly budget: number;
  /** Bytes its machine can still give; null: nobody knows. */
  readonly free: number | null;
  /** Each bot it has; `memory` is null until it was measured. */
  readonly bots: readonly { readonly memory: number | null; readonly ready: boolean }[];
}

/**
 * How many more bots the memory of a runner carries. A new bot is expected to take what a usual one takes, or what those
 * that are ready take on average when that is more; and one that is not ready yet to come to that. What a bot really
 * takes counts as soon as it is ready, so many small ones fit where few large ones do.
 */
export function roomByMemory({ budget, free, bots }: MemoryFacts): number {
  const settled = bots.flatMap(({ memory, ready }) => (ready && memory !== null ? [memory] : []));
  const average = settled.length === 0 ? 0 : sum(settled) / settled.length;
  const need = Math.max(USUAL_NEED, average);
  const coming = sum(
    bots.map(({ memory, ready }) => (ready && memory !== null ? 0 : Math.max(0, need - (memory ?? 0)))),
  );
  const taken = sum(bots.map(({ memory }) => memory ?? 0));
  const left = Math.min(budget - taken, free ?? Number.POSITIVE_INFINITY) - coming;
  return Math.max(0, Math.floor(left / need));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
