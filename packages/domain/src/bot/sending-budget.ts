import type { EngineKind } from '../vocabulary.ts';

/** How many messages a bot may send. Null: as many as it likes. */
export interface SendingBudget {
  readonly perMinute: number | null;
  readonly perDay: number | null;
  /** Part of `perDay`: to people who have not written within the last 24 hours, or never. */
  readonly unaskedPerDay: number | null;
}

/** What a bot's budget depends on. */
export interface SendingFacts {
  readonly engine: EngineKind;
  /** Since when its number is known here; null counts as just now. */
  readonly linkedAt: Date | null;
  /** Set by a person, who may know the number's past better than we do. */
  readonly perMinute: number | null;
  readonly perDay: number | null;
}

const DAY_MS = 24 * 3_600_000;

/**
 * What a number of less than `days` days may send. A minute is what one busy person at a phone could write; a day grows
 * slowly, as the chats of a business do that becomes known. Unasked messages are what gets a number reported, so they are
 * less than a tenth of the day at any age.
 */
const young = [
  { days: 3, perMinute: 8, perDay: 150, unaskedPerDay: 10 },
  { days: 7, perMinute: 10, perDay: 300, unaskedPerDay: 20 },
  { days: 30, perMinute: 12, perDay: 600, unaskedPerDay: 40 },
  { days: 90, perMinute: 16, perDay: 1_200, unaskedPerDay: 80 },
] as const;
const settled = { perMinute: 20, perDay: 2_000, unaskedPerDay: 150 } as const;

/** Whole days since the number was linked here. */
export function numberAgeDays(linkedAt: Date | null, now: Date): number {
  return linkedAt === null ? 0 : Math.max(0, Math.floor((now.getTime() - linkedAt.getTime()) / DAY_MS));
}

/**
 * How much a number may send now: little while it is young, more as it ages, and what a person set instead of either.
 * The numbers are our judgement. WhatsApp names none, and keeping these is no promise that it bans nobody. A simulated
 * number cannot be banned: it has no limits but those that a person sets.
 */
export function sendingBudget(facts: SendingFacts & { readonly now: Date }): SendingBudget {
  const { perMinute, perDay } = facts;
  if (facts.engine === 'sandbox') return { perMinute, perDay, unaskedPerDay: null };
  const age = numberAgeDays(facts.linkedAt, facts.now);
  const allowed = young.find(({ days }) => age < days) ?? settled;
  const day = perDay ?? allowed.perDay;
  return {
    perMinute: perMinute ?? allowed.perMinute,
    perDay: day,
    unaskedPerDay: Math.min(allowed.unaskedPerDay, day),
  };
}
