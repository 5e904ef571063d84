import type { HeldBot, LogoutFault } from '@wbm/db';
import type { BotState } from '@wbm/domain';
import type { Logger } from '@wbm/runtime';
import type { EngineEvent } from '../engine/port.ts';
import type { HeldRun } from '../lease/held-run.ts';
import type { BotBells, SessionRows } from '../ports.ts';
import type { BotSession } from '../sessions/bot-session.ts';
import type { EngineSupervisor, SupervisorOptions } from './engine-supervisor.ts';
import { stateOfEvent } from './state-of-event.ts';

/** From when its engine runs. */
const LOGGED_OUT_WITHIN_MS = 120_000;
/** No line of bots that start is so long. */
const STARTED_WITHIN_MS = 30 * 60_000;
const LOGOUT_MS = 20_000;
const TRY_AGAIN_MS = 5_000;
const ERASE_AGAIN_MS = 30_000;
/** Whoever is asked to scan has no session: none any more, or not the one that was to be ended. */
const TO_BE_LINKED = new Set<BotState>(['needs-scan', 'pairing-code', 'needs-passkey']);

type Heard = Pick<SupervisorOptions, 'onEvent' | 'onGone' | 'onStarted'>;
/** Null: WhatsApp ended the session. Else why the device may still be linked. */
type Logout = LogoutFault | null;
type ErasureOptions = {
  readonly supervise: (
    heard: Heard,
  ) => Pick<EngineSupervisor, 'process' | 'start' | 'stop' | 'kill' | 'fence' | 'leaseRenewed'>;
  readonly rows: Pick<SessionRows, 'loggedOut' | 'setLoggedOut' | 'erased'>;
  readonly session: Pick<BotSession, 'exists' | 'erase' | 'drop' | 'gap'>;
  readonly bells: Pick<BotBells, 'released' | 'changed'>;
  /** Whether the bot was ever linked to a number. */
  readonly wasLinked: () => Promise<boolean>;
  readonly log: Logger;
};

/**
 * The end of a deleted bot: its session is started once more and logged out, so that the phone shows no device that
 * nobody runs; then all that was kept of it is removed. That it is due stands in the bot's row until the last step, so it
 * may break off anywhere and begins anew.
 */
export class Erasure implements HeldRun {
  readonly botId: string;
  readonly runEpoch: number;
  readonly restartNo: number;
  readonly bells: ErasureOptions['bells'];
  readonly erases = true;
  leaving = false;
  readonly #options: ErasureOptions;
  readonly #supervisor: ReturnType<ErasureOptions['supervise']>;
  readonly #ending = new AbortController();
  #hear: (event: EngineEvent) => void = () => undefined;
  #started: () => void = () => undefined;
  #under: Promise<void> = Promise.resolve();

  constructor(held: HeldBot, options: ErasureOptions) {
    this.botId = held.botId;
    this.runEpoch = held.runEpoch;
    this.restartNo = held.restartNo;
    this.bells = options.bells;
    this.#options = options;
    this.#supervisor = options.supervise({
      onEvent: (event) => this.#hear(event),
      onStarted: () => this.#started(),
      onGone: ({ state, reason = '' }) => {
        if (state === 'failed') this.#hear({ event: 'failure', fatal: true, reason: reason ?? '' });
      },
    });
  }

  /** Resolves when nothing is left, or when it was ended before. Never throws. */
  carryOut(): Promise<void> {
    this.#under = this.#untilDone();
    return this.#under;
  }

  async stop(): Promise<void> {
    this.leaving = true;
    this.#ending.abort();
    await this.#under;
  }

  drop(): void {
    this.leaving = true;
    this.#ending.abort();
    this.#supervisor.kill();
    this.#options.session.drop();
  }

  fence(): void {
    this.#supervisor.fence();
  }

  leaseRenewed(): void {
    this.#supervisor.leaseRenewed();
  }

  async #untilDone(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      try {
        await this.#once();
        break;
      } catch (err) {
        this.#options.log.warn({ err }, 'session.erase-later');
        await this.#supervisor.stop();
        await this.#pause(ERASE_AGAIN_MS);
      }
    }
    this.leaving = true;
  }

  async #once(): Promise<void> {
    const { session, rows, bells, log } = this.#options;
    const { signal } = this.#ending;
    const before = await rows.loggedOut();
    const fault = before === null ? await this.#logOut() : undefined;
    const loggedOut = before ?? fault === null;
    // Written down before anything is removed: nothing that is left would tell.
    if (fault !== undefined) await rows.setLoggedOut(fault);
    if (loggedOut) log.info('session.logged-out');
    else if (fault !== undefined) log.warn({ why: fault }, 'session.not-logged-out');
    await this.#supervisor.stop();
    if ((before === null && fault === undefined) || signal.aborted) return;
    await session.erase();
    if (!(await rows.erased())) return;
    if (loggedOut) log.info('session.erased');
    else log.warn('session.erased-and-not-logged-out');
    bells.changed();
  }

  /** Undefined: it was ended before. */
  async #logOut(): Promise<Logout | undefined> {
    const { session } = this.#options;
    const { signal } = this.#ending;
    if (!(await session.exists())) return this.#unlessNeverLinked('nothing');
    const { promise, resolve } = Promise.withResolvers<Logout | undefined>();
    let late = setTimeout(() => resolve('not-started'), STARTED_WITHIN_MS);
    const ended = () => resolve(undefined);
    signal.addEventListener('abort', ended);
    this.#started = () => {
      this.#started = () => undefined;
      clearTimeout(late);
      late = setTimeout(() => resolve('never-ready'), LOGGED_OUT_WITHIN_MS);
    };
    this.#hear = (event) => {
      const state = stateOfEvent(event)?.state;
      if (state === 'ready') void this.#askToLogOut().then((done) => done && resolve(null));
      else if (state === 'failed') resolve('not-started');
      else if (state === 'logged-out') resolve(event.event === 'state' && event.kept ? 'put-aside' : null);
      else if (state !== undefined && TO_BE_LINKED.has(state)) resolve(this.#asksToBeLinked(event));
    };
    if (!signal.aborted) this.#supervisor.start();
    else ended();
    try {
      return await promise;
    } finally {
      this.#hear = () => undefined;
      this.#started = () => undefined;
      clearTimeout(late);
      signal.removeEventListener('abort', ended);
    }
  }

  /** A reason says that what was there did not work, which WhatsApp need not know of. */
  async #asksToBeLinked(event: EngineEvent): Promise<Logout> {
    if (event.event === 'qr' && event.reason !== undefined) return 'put-aside';
    const { gap } = this.#options.session;
    return gap === null ? null : this.#unlessNeverLinked(gap);
  }

  async #unlessNeverLinked(fault: LogoutFault): Promise<Logout> {
    return (await this.#options.wasLinked()) ? fault : null;
  }

  /** False: the engine ended, or will be heard of again. */
  async #askToLogOut(): Promise<boolean> {
    const child = this.#supervisor.process;
    while (child && child === this.#supervisor.process && !this.#ending.signal.aborted) {
      try {
        await child.call('logout', {}, LOGOUT_MS);
        return true;
      } catch (err) {
        this.#options.log.warn({ err }, 'session.logout-failed');
        await this.#pause(TRY_AGAIN_MS);
      }
    }
    return false;
  }

  /** Shorter when it is ended meanwhile. */
  async #pause(ms: number): Promise<void> {
    const { signal } = this.#ending;
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    const ended = () => resolve();
    signal.addEventListener('abort', ended);
    await promise;
    clearTimeout(timer);
    signal.removeEventListener('abort', ended);
  }
}
