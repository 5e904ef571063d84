import { careFor, mayRenew, roomByMemory } from '@wbm/domain';
import type { Logger } from '@wbm/runtime';
import type { EngineProcess } from '../engine/engine-process.ts';
import type { RunnerMetrics } from '../metrics.ts';
import type { MachineMemory } from './machine-memory.ts';

/** How the engine of one bot does. */
export interface Vitals {
  /** The child process that all others of the bot descend from. */
  readonly pid: number;
  readonly ready: boolean;
  readonly upMs: number;
  /** How long nothing came in and nothing went out. */
  readonly quietMs: number;
}

/** Null: there is no engine. `movedAtMs`: when last something came in or went out, by the monotonic clock. */
export function vitalsOf(
  process: Pick<EngineProcess, 'pid' | 'startedAtMs'> | undefined,
  ready: boolean,
  movedAtMs: number,
): Vitals | null {
  if (typeof process?.pid !== 'number') return null;
  const nowMs = performance.now();
  return { pid: process.pid, ready, upMs: nowMs - process.startedAtMs, quietMs: nowMs - movedAtMs };
}

/** `reason` is shown; `failed`: it starts again only with the patience that failures cost. */
export interface Renewal {
  readonly reason: string;
  readonly failed: boolean;
}

/** A bot as its care sees it. */
export interface CaredFor {
  readonly botId: string;
  readonly vitals: Vitals | null;
  timeZone(): Promise<string | null>;
  renew(renewal: Renewal): Promise<void>;
}

type CareOptions = {
  readonly runs: () => Iterable<CaredFor>;
  readonly memoryOf: (pids: readonly number[]) => Promise<ReadonlyMap<number, number> | null>;
  readonly machine: () => MachineMemory;
  readonly metrics: Pick<RunnerMetrics, 'botMemory' | 'engineRenewed'>;
  readonly log: Logger;
  readonly now: () => Date;
  /** Bytes one bot may take. */
  readonly botLimit: number;
  readonly longestUpMs: number;
  /** 0 to 23, by the clock of the bot's time zone. */
  readonly recycleHour: number;
  /** Bytes all bots may take; null: what the machine has, less a reserve. */
  readonly budget: number | null;
};

const MB = 1024 * 1024;
/** Of what the machine has; for this process, for others on the machine, and for what bots take at their worst moments. */
const RESERVE_SHARE = 0.1;
const LEAST_RESERVE = 256 * MB;

const TOO_MUCH = 'The bot took more memory than it may and is being started again. Its link stays.';
const RENEWED = 'The bot is being started afresh at a quiet hour, as it is now and then. Its link stays.';

/**
 * Keeps the bots of a runner from taking each other's memory: measures each, starts those again that take too much, those
 * that run for long at an hour when nobody needs them, and says how many more there is room for.
 */
export class BotCare {
  readonly #options: CareOptions;
  readonly #measured = new Map<number, number>();

  constructor(options: CareOptions) {
    this.#options = options;
  }

  /** One round: measures every bot and does for each what it needs. */
  async look(): Promise<void> {
    const { runs, memoryOf, metrics } = this.#options;
    const bots = [...runs()].flatMap((run) => (run.vitals ? [{ run, pid: run.vitals.pid }] : []));
    const memory = await memoryOf(bots.map(({ pid }) => pid));
    this.#measured.clear();
    for (const [pid, bytes] of memory ?? []) this.#measured.set(pid, bytes);
    let renewed = false;
    for (const { run, pid } of bots) {
      const vitals = run.vitals;
      if (vitals?.pid !== pid) continue; // It ended while it was measured.
      const bytes = memory?.get(pid) ?? null;
      if (bytes !== null) metrics.botMemory(run.botId, bytes);
      const { botLimit: limit, longestUpMs } = this.#options;
      const need = careFor({ memory: bytes, limit, upMs: vitals.upMs, longestUpMs });
      if (need === 'restart-now') this.#renew(run, 'memory', bytes, { reason: TOO_MUCH, failed: true });
      // One in a round: all at once would keep the machine busy, and all bots away at the same moment.
      else if (need === 'renew' && vitals.ready && !renewed && (await this.#mayRenew(run))) {
        renewed = true;
        const why = vitals.upMs >= longestUpMs ? 'age' : 'memory';
        this.#renew(run, why, bytes, { reason: RENEWED, failed: false });
      }
    }
  }

  /** How many more bots the memory carries, as last measured. */
  room(): number {
    const { budget, machine, runs } = this.#options;
    const { limit, free } = machine();
    const reserve = Math.max(LEAST_RESERVE, limit * RESERVE_SHARE);
    return roomByMemory({
      budget: budget ?? limit - reserve,
      free: free === null ? null : free - reserve,
      bots: [...runs()].map(({ vitals }) => ({
        memory: vitals === null ? null : (this.#measured.get(vitals.pid) ?? null),
        ready: vitals?.ready ?? false,
      })),
    });
  }

  async #mayRenew(run: CaredFor): Promise<boolean> {
    const { now, recycleHour, log } = this.#options;
    try {
      const timeZone = (await run.timeZone()) ?? 'UTC';
      return mayRenew({ now: now(), timeZone, recycleHour, quietMs: run.vitals?.quietMs ?? 0 });
    } catch (err) {
      log.warn({ botId: run.botId, err }, 'bot.care-later');
      return false;
    }
  }

  #renew(run: CaredFor, why: 'memory' | 'age', bytes: number | null, renewal: Renewal): void {
    const { log, metrics } = this.#options;
    const memoryMb = bytes === null ? null : Math.round(bytes / MB);
    const fields = { botId: run.botId, why, memoryMb };
    if (renewal.failed) log.warn(fields, 'bot.over-memory');
    else log.info(fields, 'bot.renewed');
    metrics.engineRenewed(why);
    void run.renew(renewal).catch((err) => log.error({ botId: run.botId, err }, 'bot.renewal-failed'));
  }
}
