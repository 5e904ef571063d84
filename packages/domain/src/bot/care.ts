import { DateTime } from 'luxon';

const MB = 1024 * 1024;
/** Of its limit: a bot beyond that is renewed while nobody needs it, before it has to be in the middle of a talk. */
const SOFT_SHARE = 0.7;
/** A bot that takes much by nature is not renewed again and again in one night. */
const RENEWED_MS = 12 * 3_600_000;
/** So long nobody has written and nothing was sent: then nobody is in the middle of a talk. */
const NOBODY_TALKS_MS = 5 * 60_000;
/** A session that is ready for so long is no link that is just being tried, and its engine has come to rest. */
const SETTLED_MS = 10 * 60_000;
/** What a bot in a browser is expected to take with WhatsApp's real page, until those that run show what they do. */
const BROWSER_NEED = 400 * MB;
/** What a simulated bot was measured to take, rounded up. */
const SIMULATED_NEED = 60 * MB;
/** Beyond so many times what it may take, nobody waits to see whether it comes down again. */
const FAR_TOO_MUCH = 1.5;
/** A page that is being loaded takes more than it does afterwards. */
const WHILE_STARTING = 1.5;
/** Measured too large so often in a row: then it was no moment's peak. */
const TOO_OFTEN = 3;
/** So many browsers of which nobody knows yet what they take may always be on their way, beside as many as are known. */
const UNKNOWN_AT_ONCE = 2;

export interface BotHealth {
  /** Bytes of the bot's whole process tree; null: it could not be measured. */
  readonly memory: number | null;
  /** Bytes it may take. */
  readonly limit: number;
  readonly ready: boolean;
  /** How often in a row it was measured to take more than it may, this time included. */
  readonly timesOver: number;
  /** How long its engine runs. */
  readonly upMs: number;
  readonly longestUpMs: number;
}

/** Bytes a bot may take now: more while it starts. */
export function mayTake({ limit, ready }: Pick<BotHealth, 'limit' | 'ready'>): number {
  return ready ? limit : limit * WHILE_STARTING;
}

/**
 * What a running engine needs. `restart-now`: it takes far more than it may, or has taken more several times in a row, for
 * a single figure may be a moment's peak. `renew`: at a moment when nobody needs it.
 */
export function careFor(health: BotHealth): 'nothing' | 'renew' | 'restart-now' {
  const { memory, limit, timesOver, upMs, longestUpMs } = health;
  const most = mayTake(health);
  if (memory !== null && memory > most && (memory > most * FAR_TOO_MUCH || timesOver >= TOO_OFTEN)) {
    return 'restart-now';
  }
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

/**
 * Whether a bot should be renewed so that a first copy of its session is kept: a copy can be taken of a session that has
 * ended only, and without one, who loses the bot's machine scans again. At any hour, but in the middle of no talk.
 */
export function needsFirstCopy(bot: { lacksCopy: boolean; readyMs: number; quietMs: number }): boolean {
  return bot.lacksCopy && bot.readyMs >= SETTLED_MS && bot.quietMs >= NOBODY_TALKS_MS;
}

/** What a runner's memory knows of one bot. */
export interface BotMemory {
  /** Whether it has, or will have, a browser. */
  readonly browser: boolean;
  /** Null until it was measured. */
  readonly memory: number | null;
  readonly ready: boolean;
}

export interface MemoryFacts {
  /** Bytes that all bots of a runner may take together. */
  readonly budget: number;
  /** Bytes its machine can still give; null: nobody knows. */
  readonly free: number | null;
  /** Bytes one bot may take before it is started again. */
  readonly botLimit: number;
  /** Each bot it has. */
  readonly bots: readonly BotMemory[];
}

/** How many more bots a runner may take. Each figure stands alone: what is taken of one kind leaves less for the other. */
export interface Room {
  /** Bots with a browser, now. */
  readonly browsers: number;
  /** Bots without one, now. */
  readonly simulated: number;
  /** How many with a browser the memory carries in all, some of them only when it is known what others take. */
  readonly carries: number;
}

/**
 * How many more bots the memory of a runner carries. A new bot is expected to take what one of its kind usually takes, or
 * what those that are ready take on average when that is more; and one that is not ready yet to come to that. What a bot
 * really takes counts as soon as it is ready. Browsers are taken by and by, unless all would fit with the most that each
 * may take: as long as none is known, an expectation that is too low would fill the machine twice over at its start. And
 * where there is no bot yet, one is always taken: there is nobody whom it could harm.
 */
export function roomByMemory({ budget, free, botLimit, bots }: MemoryFacts): Room {
  const known = bots.filter(isKnown);
  const needOf = (browser: boolean) => {
    const same = known.filter((bot) => bot.browser === browser).map(({ memory }) => memory);
    const average = same.length === 0 ? 0 : sum(same) / same.length;
    return Math.max(browser ? BROWSER_NEED : SIMULATED_NEED, average);
  };
  const unknown = bots.filter((bot) => !isKnown(bot));
  const coming = (need: (browser: boolean) => number) =>
    sum(unknown.map(({ browser, memory }) => Math.max(0, need(browser) - (memory ?? 0))));
  const taken = sum(bots.map(({ memory }) => memory ?? 0));
  const left = Math.min(budget - taken, free ?? Number.POSITIVE_INFINITY);
  const mostOf = (browser: boolean) => (browser ? Math.max(botLimit, needOf(true)) : needOf(false));

  const first = bots.length === 0 ? 1 : 0;
  const fits = (bytes: number, need: number) => Math.max(first, Math.floor(bytes / need), 0);
  const carries = fits(left - coming(needOf), needOf(true));
  const atWorst = fits(left - coming(mostOf), mostOf(true));
  const unmeasured = bots.filter(({ browser, memory }) => browser && memory === null);
  const byAndBy = UNKNOWN_AT_ONCE + known.filter(({ browser }) => browser).length - unmeasured.length;
  return {
    browsers: Math.min(carries, Math.max(atWorst, byAndBy)),
    simulated: fits(left - coming(needOf), needOf(false)),
    carries,
  };
}

function isKnown(bot: BotMemory): bot is BotMemory & { readonly memory: number } {
  return bot.ready && bot.memory !== null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
