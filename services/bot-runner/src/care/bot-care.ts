import { careFor, mayRenew, mayTake, needsFirstCopy, type Room, roomByMemory } from '@wbm/domain';
import type { Logger } from '@wbm/runtime';
import type { EngineProcess } from '../engine/engine-process.ts';
import type { RunnerMetrics } from '../metrics.ts';
import type { MachineMemory } from './machine-memory.ts';

/** How the engine of one bot does. */
export interface Vitals {
  /** The child process that all others of the bot descend from. */
  readonly pid: number;
  readonly ready: boolean;
  /** How long it is ready; 0 while it is not. */
  readonly readyMs: number;
  readonly upMs: number;
  /** How long nothing came in and nothing went out. */
  readonly quietMs: number;
}

/**
 * Null: there is no engine. By the monotonic clock: `readyAtMs`, since when it is ready, null while it is not; `movedAtMs`,
 * when last something came in or went out.
 */
export function vitalsOf(
  process: Pick<EngineProcess, 'pid' | 'startedAtMs'> | undefined,
  readyAtMs: number | null,
  movedAtMs: number,
): Vitals | null {
  if (typeof process?.pid !== 'number') return null;
  const nowMs = performance.now();
  return {
    pid: process.pid,
    ready: readyAtMs !== null,
    readyMs: readyAtMs === null ? 0 : nowMs - readyAtMs,
    upMs: nowMs - process.startedAtMs,
    quietMs: nowMs - movedAtMs,
  };
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
  /** What it runs in, or will: a browser as long as nobody knows. Null: it has failed, and nothing is started any more. */
  readonly runsIn: 'browser' | 'simulation' | null;
  /** Its session is linked, and there is no copy of it although one can be kept. */
  readonly lacksCopy: boolean;
  timeZone(): Promise<string | null>;
  renew(renewal: Renewal): Promise<void>;
}

type CareOptions = {
  readonly runs: () => Iterable<CaredFor>;
  /** How many deleted bots are being logged out, each in a browser for a moment that is too short to measure it. */
  readonly erasing: () => number;
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
/** Of what is free: what others take is gone from that already. */
const FREE_RESERVE = 128 * MB;

const TOO_MUCH = 'The bot took more memory than it may and is being started again. Its link stays.';
const RENEWED = 'The bot is being started afresh at a quiet hour, as it is now and then. Its link stays.';
const COPIED = 'The bot is being started afresh once, so that a first copy of its session can be kept. Its link stays.';

/**
 * Keeps the bots of a runner from taking each other's memory: measures each, starts those again that take too much, those
 * that run for long or have no copy of their session when nobody needs them, and says how many more there is room for.
 */
export class BotCare {
  readonly #options: CareOptions;
  readonly #measured = new Map<number, number>();
  /** How often in a row a process was measured to take more than it may. */
  readonly #over = new Map<number, number>();
  readonly #renewing = new Set<CaredFor>();

  constructor(options: CareOptions) {
    this.#options = options;
  }

  /** One round: measures every bot and does for each what it needs. */
  async look(): Promise<void> {
    const { runs, memoryOf, longestUpMs } = this.#options;
    const bots = [...runs()].flatMap((run) => (run.vitals ? [{ run, pid: run.vitals.pid }] : []));
    const memory = await memoryOf(bots.map(({ pid }) => pid));
    this.#measured.clear();
    for (const [pid, bytes] of memory ?? []) this.#measured.set(pid, bytes);
    // What takes too much is ended before anything else is waited for.
    const toRenew = bots.filter(({ run, pid }) => this.#judge(run, pid) === 'renew');
    const counted = new Set(bots.map(({ pid }) => pid));
    for (const pid of this.#over.keys()) if (!counted.has(pid)) this.#over.delete(pid);
    for (const { run, pid } of toRenew) {
      if (!(await this.#mayRenew(run)) || run.vitals?.pid !== pid) continue;
      const why = run.vitals.upMs >= longestUpMs ? 'age' : 'memory';
      this.#renew(run, why, memory?.get(pid) ?? null, { reason: RENEWED, failed: false });
      // One in a round: all at once would keep the machine busy, and all bots away at the same moment.
      return;
    }
    const uncopied = bots.find(({ run, pid }) => this.#needsCopy(run, pid));
    if (!uncopied) return;
    this.#renew(uncopied.run, 'copy', memory?.get(uncopied.pid) ?? null, { reason: COPIED, failed: false });
  }

  /** How many more bots the memory carries, as last measured. */
  room(): Room {
    const { budget, machine, runs, erasing, botLimit } = this.#options;
    const { limit, free } = machine();
    const erased = Array.from({ length: erasing() }, () => ({ vitals: null, runsIn: 'browser' as const }));
    return roomByMemory({
      budget: budget ?? limit - Math.max(LEAST_RESERVE, limit * RESERVE_SHARE),
      free: free === null ? null : free - FREE_RESERVE,
      botLimit,
      bots: [...runs(), ...erased].flatMap(({ vitals, runsIn }) => {
        if (runsIn === null) return [];
        const memory = vitals === null ? null : (this.#measured.get(vitals.pid) ?? null);
        return [{ browser: runsIn === 'browser', memory, ready: vitals?.ready ?? false }];
      }),
    });
  }

  /** Ends at once what takes too much, and says whether to renew it at a better moment. */
  #judge(run: CaredFor, pid: number): 'nothing' | 'renew' {
    const { metrics, botLimit: limit, longestUpMs } = this.#options;
    const vitals = run.vitals;
    // It ended while it was measured, or is just ending.
    if (vitals?.pid !== pid || this.#renewing.has(run)) return 'nothing';
    const memory = this.#measured.get(pid) ?? null;
    if (memory !== null) metrics.botMemory(run.botId, memory);
    const over = memory !== null && memory > mayTake({ limit, ready: vitals.ready });
    const timesOver = over ? (this.#over.get(pid) ?? 0) + 1 : 0;
    this.#over.set(pid, timesOver);
    const { ready, upMs } = vitals;
    const need = careFor({ memory, limit, ready, timesOver, upMs, longestUpMs });
    if (need === 'restart-now') this.#renew(run, 'memory', memory, { reason: TOO_MUCH, failed: true });
    return need === 'renew' && ready ? 'renew' : 'nothing';
  }

  #needsCopy(run: CaredFor, pid: number): boolean {
    const { vitals, lacksCopy } = run;
    return vitals?.pid === pid && !this.#renewing.has(run) && needsFirstCopy({ ...vitals, lacksCopy });
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

  #renew(run: CaredFor, why: 'memory' | 'age' | 'copy', bytes: number | null, renewal: Renewal): void {
    const { log, metrics } = this.#options;
    const memoryMb = bytes === null ? null : Math.round(bytes / MB);
    const fields = { botId: run.botId, why, memoryMb };
    if (renewal.failed) log.warn(fields, 'bot.over-memory');
    else log.info(fields, 'bot.renewed');
    metrics.engineRenewed(why);
    this.#renewing.add(run);
    void run
      .renew(renewal)
      .catch((err) => log.error({ botId: run.botId, err }, 'bot.renewal-failed'))
      .finally(() => this.#renewing.delete(run));
  }
}
