import type { BotState, EngineKind } from '@wbm/domain';
import { type Logger, Transient } from '@wbm/runtime';
import { within } from '../within.ts';
import type { SessionDisk } from './session-disk.ts';
import type { Snapshots } from './snapshots.ts';

const UNLINKED = new Set<BotState>(['needs-scan', 'pairing-code', 'needs-passkey', 'logged-out']);

interface SessionOptions {
  readonly disk: SessionDisk;
  readonly snapshots: Snapshots;
  readonly runEpoch: number;
  /** The most that keeping a copy may take. */
  readonly keepMs: number;
  /** Whether this run still has the bot. */
  readonly held: () => boolean;
  readonly log: Logger;
}

/** What becomes of one bot's session before, in and after one run. Engines that keep nothing on the disk have none. */
export class BotSession {
  readonly #options: SessionOptions;
  #prepared = false;
  /** Ready in this run, and not unlinked since. */
  #linked = false;
  #marked = false;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /**
   * Before an engine begins: sees that the disk holds the newest there is of the session. Throws when that cannot be
   * done now, for an older one must not be used: an engine still has the folder, or disk or Postgres fail.
   */
  async prepare(engine: EngineKind): Promise<void> {
    if (engine !== 'whatsapp-web.js' || this.#prepared) return;
    await this.#options.disk.alone(() => this.#prepare());
    this.#prepared = true;
  }

  /** `kept`: a logout that is none, for WhatsApp did not end the session; copies of it may work where it did not. */
  entered(state: BotState, kept = false): void {
    if (!this.#prepared) return;
    if (state === 'ready') {
      this.#linked = true;
      if (!this.#marked) void this.#mark().catch((err) => this.#options.log.warn({ err }, 'session.mark-failed'));
    } else if (UNLINKED.has(state)) this.#linked = false;
    if (state === 'logged-out' && !kept) {
      void this.#options.snapshots.voidAll().catch((err) => this.#options.log.warn({ err }, 'session.copies-not-void'));
    }
  }

  /** After the engine has ended: keeps a copy of a session that was linked. Never throws, and takes so long at most. */
  async keep(): Promise<void> {
    const { disk, snapshots, keepMs, log } = this.#options;
    if (!this.#linked || !snapshots.possible) return;
    const late = AbortSignal.timeout(keepMs);
    const taking = disk
      .alone(() => snapshots.take(disk.profile, late))
      .catch((err: unknown) =>
        log.warn({ err: late.aborted ? undefined : err, late: late.aborted }, 'session.copy-failed'),
      );
    await within(keepMs, taking);
  }

  /** Whether there may be a session to end: on the disk, or in a copy. */
  async exists(): Promise<boolean> {
    return (await this.#options.disk.hasSession()) || (await this.#options.snapshots.valid()).length > 0;
  }

  /** Removes the session and all copies, here and in the blob store. */
  async erase(): Promise<void> {
    const { disk, snapshots } = this.#options;
    await disk.alone(() => disk.erase());
    await snapshots.removeBytes();
  }

  async #prepare(): Promise<void> {
    const { disk, runEpoch, held } = this.#options;
    const lastRun = await disk.lastRun();
    if (lastRun !== null && lastRun > runEpoch) {
      throw new Transient('session.later-run', 'A later run of the bot has this folder.');
    }
    const newest = await this.#restore(lastRun ?? 0);
    if (!held()) throw new Transient('session.lease', 'The lease ran out meanwhile.');
    // A copy that is newer and cannot be had today is not given up before this session is linked itself.
    if (newest) await this.#mark();
  }

  async #mark(): Promise<void> {
    await this.#options.disk.mark(this.#options.runEpoch);
    this.#marked = true;
  }

  /** Puts the newest copy in place when it is newer than what is there. False: there is one, and it cannot be used. */
  async #restore(lastRun: number): Promise<boolean> {
    const { disk, snapshots, log } = this.#options;
    const something = await disk.hasSession();
    let newest = true;
    for (const copy of await snapshots.valid()) {
      if (something && copy.runEpoch <= lastRun) break;
      if (await disk.replace((into) => snapshots.restore(copy, into))) {
        log.info({ snapshotId: copy.id, fromEpoch: copy.runEpoch, lastRun }, 'session.restored');
        return true;
      }
      newest = false;
    }
    return newest;
  }
}
