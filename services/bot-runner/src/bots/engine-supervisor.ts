import type { BotStatePatch } from '@wbm/db';
import { type EngineKind, restartDelayMs } from '@wbm/domain';
import type { Logger } from '@wbm/runtime';
import { type Browser, endBrowsers } from '../engine/end-browsers.ts';
import { BROWSER_ENDS_MS, type EngineEnd, type EngineProcess, startEngineProcess } from '../engine/engine-process.ts';
import { type BuiltEngine, builtEngines } from '../engine/frames.ts';
import { machineMs } from '../engine/machine-clock.ts';
import type { NetworkNews, NetworkSide } from '../engine/network.ts';
import { CallFailed } from '../engine/pending-calls.ts';
import type { EngineEvent } from '../engine/port.ts';
import type { WhatsAppWebSettings } from '../engine/whatsapp-web-settings.ts';
import type { Lease } from '../lease/lease.ts';
import type { BotSession } from '../sessions/bot-session.ts';
import { stateOfTrouble } from './session-trouble.ts';
import type { StartGates } from './start-gate.ts';
import { watchPulse } from './watch-pulse.ts';

const START_DEADLINE_MS = 60_000;
const UNEXPECTED = 'The engine ended unexpectedly and is being started again.';
const STOP_DEADLINE_MS = 5_000;
/** So long a browser may go on with a session that another runner may have by now. */
const NOT_OURS_MS = 1_000;
/** A session that was ready for so long has recovered: its next failure counts as the first. */
const HEALTHY_MS = 5 * 60_000;

export type SupervisorOptions = {
  readonly log: Logger;
  readonly lease: Lease;
  readonly network: NetworkSide;
  readonly gates: StartGates;
  readonly cacheDir: string;
  /** What an engine is told at its start, once all is there that it needs; null when it needs to know nothing. */
  readonly settings: (engine: BuiltEngine) => Promise<WhatsAppWebSettings | null>;
  /** Which engine the bot's row asks for; null when there is no such bot. */
  readonly engine: () => Promise<EngineKind | null>;
  readonly onEvent: (event: EngineEvent) => void;
  /** The engine does not run; what to show until it does. */
  readonly onGone: (patch: BotStatePatch) => void;
  readonly onUnexpectedEnd: () => void;
  /** Its child process was started. */
  readonly onStarted?: () => void;
  /** The engine told something that cannot be read. */
  readonly onBadEvent: () => void;
  /** What an engine keeps on the disk: made ready before one begins, and kept after one has ended. */
  readonly session: Pick<BotSession, 'prepare' | 'keep' | 'browsersLeft'>;
};

/** Keeps one bot's child process alive: starts it, watches it, and starts it again with growing patience. */
export class EngineSupervisor {
  readonly #options: SupervisorOptions;
  #process: EngineProcess | undefined;
  #engine: EngineKind | undefined;
  #wanted = false;
  /** Told apart from an older launch that is still waiting for Postgres. */
  #launch = 0;
  #waitsForLease = false;
  #failures = 0;
  #readyAtMs: number | undefined;
  /** What outlived the last child. */
  #left: readonly Browser[] = [];
  /** Why the child gave up, when it said so. */
  #lastWords: string | null = null;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Which engine the bot has, as soon as that is known. */
  get engine(): EngineKind | undefined {
    return this.#engine;
  }

  /** The child process, while there is one. */
  get process(): EngineProcess | undefined {
    return this.#process;
  }

  /** News of a simulated network. False: there is nobody to hear it. */
  tell(news: NetworkNews): boolean {
    this.#process?.tell(news);
    return this.#process !== undefined;
  }

  start(): void {
    this.#wanted = true;
    this.#failures = 0;
    void this.#begin();
  }

  /** Ends the session in order; kills the child when that takes too long. */
  async stop(): Promise<void> {
    this.#wantNoMore();
    const child = this.#process;
    if (child) {
      await child.call('stop', {}, STOP_DEADLINE_MS).catch(() => undefined);
      await Promise.all([child.kill(), child.ended]);
    }
    await this.#options.session.keep();
  }

  /**
   * Ends the session in order and begins it anew. `failed`: not before the patience is over that failures cost, so that
   * one that eats its memory again and again leaves the machine alone for most of the time.
   */
  async renew({ failed }: { readonly failed: boolean }): Promise<void> {
    const stopped = this.stop();
    const launch = this.#launch;
    await stopped;
    if (launch !== this.#launch) return; // Somebody stopped or started it meanwhile.
    this.#wanted = true;
    if (failed) this.#again();
    else void this.#begin();
  }

  /** Ends the child at once: the bot is not ours any more. */
  kill(): void {
    this.#wantNoMore();
    this.#endAtOnce();
  }

  /** The lease has run out: the child must not act, and comes back when the bot still is ours after all. */
  fence(): void {
    if (this.#process) this.#options.log.warn('engine.fenced');
    this.#endAtOnce();
  }

  leaseRenewed(): void {
    this.#process?.lease(this.#leaseUntilMs());
    if (!this.#waitsForLease) return;
    this.#waitsForLease = false;
    void this.#begin();
  }

  #wantNoMore(): void {
    this.#wanted = false;
    this.#waitsForLease = false;
    this.#launch += 1;
    clearTimeout(this.#retry);
  }

  /** The child may have ended a moment before, by its own lease or by a crash, and left a browser that hangs. */
  #endAtOnce(): void {
    void this.#process?.kill(NOT_OURS_MS);
    void endBrowsers(this.#left, NOT_OURS_MS);
    this.#left = [];
  }

  #leaseUntilMs(): number {
    return machineMs() + this.#options.lease.remainingMs();
  }

  async #begin(): Promise<void> {
    this.#launch += 1;
    const launch = this.#launch;
    const { log } = this.#options;
    let engine: EngineKind | null;
    try {
      engine = await this.#options.engine();
      this.#engine = engine ?? undefined;
      if (engine !== null) await this.#options.session.prepare(engine);
    } catch (err) {
      log.warn({ err }, 'engine.start-later');
      this.#later(launch, err);
      return;
    }
    const current = () => launch === this.#launch && this.#wanted && !this.#process;
    if (!current()) return;
    if (engine === null || !isBuilt(engine)) {
      this.#wanted = false;
      const reason = engine === null ? 'There is no such bot.' : `This build has no ${engine} engine yet.`;
      this.#options.onGone({ state: 'failed', reason });
      return;
    }
    try {
      const settings = await this.#options.settings(engine);
      await this.#options.gates[engine].pass(async () => {
        if (!current()) return;
        if (this.#options.lease.holds()) await this.#spawn(engine, settings);
        else this.#waitsForLease = true;
      });
    } catch (err) {
      // The machine is out of processes, memory or space.
      log.error({ err }, 'engine.spawn-failed');
      this.#later(launch, err);
    }
  }

  /** A launch failed before there was a child. */
  #later(launch: number, err: unknown): void {
    if (launch !== this.#launch) return;
    const shown = stateOfTrouble(err);
    if (shown) this.#options.onGone(shown);
    this.#again();
  }

  /** Resolves when the session is under way, or the child is gone. */
  async #spawn(engine: BuiltEngine, settings: WhatsAppWebSettings | null): Promise<void> {
    const { log, network, onEvent, cacheDir } = this.#options;
    const child = startEngineProcess({
      engine,
      settings,
      cacheDir,
      network,
      leaseUntilMs: this.#leaseUntilMs(),
      onEvent: (event) => {
        if (this.#process !== child) return; // An older child's last words.
        if (event.event === 'ready') this.#readyAtMs ??= performance.now();
        onEvent(event);
        if (event.event === 'failure') this.#onFailure(child, event);
      },
      onBadEvent: (paths) => {
        log.error({ enginePid: child.pid, paths }, 'engine.bad-event');
        this.#options.onBadEvent();
      },
      onGarbage: (paths) => log.error({ paths }, 'engine.garbage'),
    });
    this.#process = child;
    this.#lastWords = null;
    log.info({ enginePid: child.pid, engine }, 'engine.started');
    this.#options.onStarted?.();
    void child.ended.then((end) => this.#onEnd(child, end));
    try {
      await child.call('start', {}, START_DEADLINE_MS);
      const watch = watchPulse(child, (why) => log.warn({ enginePid: child.pid, why }, 'engine.hung'));
      void child.ended.then(() => watch.stop());
    } catch (err) {
      if (err instanceof CallFailed && err.code === 'gone') return;
      log.warn({ enginePid: child.pid, code: err instanceof CallFailed ? err.code : 'garbage' }, 'engine.start-failed');
      void child.kill();
    }
  }

  #onFailure(child: EngineProcess, { fatal, reason }: Extract<EngineEvent, { event: 'failure' }>): void {
    this.#options.log.warn({ enginePid: child.pid, fatal, reason }, 'engine.failed');
    if (fatal) this.#wantNoMore();
    this.#lastWords = reason;
    void child.kill();
  }

  #onEnd(child: EngineProcess, end: EngineEnd): void {
    if (this.#process !== child) return;
    this.#process = undefined;
    this.#endBrowsers();
    const healthy = this.#readyAtMs !== undefined && performance.now() - this.#readyAtMs > HEALTHY_MS;
    this.#readyAtMs = undefined;
    if (healthy) this.#failures = 0;
    if (!this.#wanted) return;
    this.#options.log.warn({ enginePid: child.pid, ...end }, 'engine.ended');
    this.#options.onUnexpectedEnd();
    this.#options.onGone({ state: 'reconnecting', reason: this.#lastWords ?? UNEXPECTED });
    this.#again();
  }

  /** One that hangs does not end with its child, and would keep its connection until the next child. */
  #endBrowsers(): void {
    const { session, lease, log } = this.#options;
    if (this.#engine === 'sandbox') return;
    try {
      this.#left = session.browsersLeft();
      void endBrowsers(this.#left, lease.holds() ? BROWSER_ENDS_MS : NOT_OURS_MS);
    } catch (err) {
      log.warn({ err }, 'engine.browsers-unknown');
    }
  }

  #again(): void {
    if (!this.#options.lease.holds()) {
      this.#waitsForLease = true;
      return;
    }
    this.#failures += 1;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#begin(), restartDelayMs(this.#failures, Math.random()));
  }
}

function isBuilt(engine: EngineKind): engine is BuiltEngine {
  return builtEngines.some((built) => built === engine);
}
