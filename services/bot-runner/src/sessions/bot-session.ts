import { setTimeout as pause } from 'node:timers/promises';
import type { BotState, EngineKind } from '@wbm/domain';
import { type Logger, Transient } from '@wbm/runtime';
import { until } from '../deadline.ts';
import type { Browser } from '../engine/end-browsers.ts';
import type { CopyLine } from './copy-line.ts';
import type { SessionDisk } from './session-disk.ts';
import type { CopyFault, Snapshots } from './snapshots.ts';

const UNLINKED = new Set<BotState>(['needs-scan', 'pairing-code', 'needs-passkey', 'logged-out']);
/** A store that answers no more must not keep a place in the line. */
const RESTORE_MS = 5 * 60_000;
const VOID_AGAIN_MS = { first: 500, most: 30_000 };

/** Why the session that is here may not be the bot's newest. */
export type SessionGap = CopyFault | 'put-aside' | 'nothing';

interface SessionOptions {
  readonly disk: SessionDisk;
  readonly snapshots: Snapshots;
  readonly runEpoch: number;
  /** Aborts when keeping a copy that is begun now has taken too long, waiting in line included. */
  readonly copyTime: () => AbortSignal;
  /** Of all bots of this runner. */
  readonly lines: { readonly keep: CopyLine; readonly restore: CopyLine };
  /** Whether this run still has the bot. */
  readonly held: () => boolean;
  readonly log: Logger;
}

/** What becomes of one bot's session before, in and after one run. Engines that keep nothing on the disk have none. */
export class BotSession {
  readonly #options: SessionOptions;
  readonly #dropped = new AbortController();
  /** Of what is under way before the next engine. */
  #preparing = new AbortController();
  #prepared = false;
  #gap: SessionGap | null = 'nothing';
  /** Ready in this run, and not unlinked since. */
  #linked = false;
  #marked = false;
  /** There is a copy, though perhaps none that can be had, or this run could not keep one. */
  #copied = false;
  /** By their ids. */
  #copies: readonly string[] = [];
  /** The copy that this run began with. */
  #restored: string | undefined;
  /** Copies that asked for a new link, in this run or before it. */
  readonly #tried = new Set<string>();
  readonly #unnoted = (err: unknown) => this.#options.log.warn({ err }, 'session.tried-not-noted');
  /** Whether a copy may take the place of what is there although it is older: not yet, now, or not any more. */
  #fallback: 'possible' | 'wanted' | 'spent' = 'possible';
  #voiding: Promise<void> | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /**
   * Before an engine begins: sees that the disk holds the newest there is of the session. Throws when that cannot be
   * done now, for an older one must not be used: an engine still has the folder, or disk or Postgres fail.
   */
  async prepare(engine: EngineKind): Promise<void> {
    if (engine !== 'whatsapp-web.js' || this.#prepared) return;
    const signal = AbortSignal.any([this.#preparing.signal, this.#dropped.signal]);
    await this.#options.disk.alone(() => this.#prepare(signal));
    this.#prepared = true;
  }

  /** Null: what was prepared is the newest there is of the session. */
  get gap(): SessionGap | null {
    return this.#gap;
  }

  /** Linked, and without a copy although one can be kept; not any more when this run has tried to keep one. */
  get lacksCopy(): boolean {
    return this.#linked && !this.#copied && this.#options.snapshots.possible;
  }

  /**
   * What was there did not work, and a person is asked to link the number. True, once a run: the next preparing puts an
   * earlier copy in its place, for it may work still. What was a copy itself is not tried again before a number is linked.
   */
  damaged(): boolean {
    if (this.#prepared && this.#restored !== undefined && !this.#tried.has(this.#restored)) {
      this.#tried.add(this.#restored);
      void this.#options.disk.noteTried(this.#restored).catch(this.#unnoted);
    }
    const another = this.#copies.some((id) => id !== this.#restored && !this.#tried.has(id));
    const possible = this.#prepared && another && !this.#voiding && this.#fallback === 'possible';
    if (!possible) return false;
    this.#fallback = 'wanted';
    this.#prepared = false;
    return true;
  }

  /** `kept`: a logout that is none, for WhatsApp did not end the session; copies of it may work where it did not. */
  entered(state: BotState, kept = false): void {
    if (!this.#prepared) return;
    if (state === 'ready') {
      this.#linked = true;
      this.#tried.clear();
      void this.#options.disk.forgetTried().catch(this.#unnoted);
      if (!this.#marked) void this.#mark().catch((err) => this.#options.log.warn({ err }, 'session.mark-failed'));
    } else if (UNLINKED.has(state)) {
      this.#linked = false;
      this.#copied = false; // Whatever there is, is of another link than the next one.
    }
    if (state !== 'logged-out' || kept) return;
    this.#fallback = 'spent';
    this.#voiding ??= this.#voidCopies();
  }

  /**
   * After the engine has ended: keeps a copy of a session that was linked. Never throws, and takes so long at most.
   * Preparing that is under way ends.
   */
  async keep(): Promise<void> {
    const { disk, snapshots, lines, copyTime, log } = this.#options;
    this.#preparing.abort(new Error('no engine begins any more'));
    this.#preparing = new AbortController();
    const late = copyTime();
    const signal = AbortSignal.any([late, this.#dropped.signal]);
    const keeping = async () => {
      await this.#voiding; // A copy that is taken before would be void with the others.
      if (!this.#linked || !snapshots.possible) return;
      this.#copied = true;
      const take = () => disk.alone(() => snapshots.take(disk.profile, signal));
      await lines.keep.pass(take, { signal, first: this.#copies.length === 0 });
      this.#copies = [...this.#copies, 'of this run'];
    };
    const kept = keeping().catch((err: unknown) =>
      log.warn({ err: late.aborted ? undefined : err, late: late.aborted }, 'session.copy-failed'),
    );
    await until(late, kept);
  }

  /** See the disk's. */
  browsersLeft(): Browser[] {
    return this.#options.disk.browsersLeft();
  }

  /** The run has lost the bot: what is under way ends. */
  drop(): void {
    this.#dropped.abort(new Error('the run has lost the bot'));
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

  async #prepare(signal: AbortSignal): Promise<void> {
    const { disk, runEpoch, held } = this.#options;
    signal.throwIfAborted();
    const lastRun = await disk.lastRun();
    if (lastRun !== null && lastRun > runEpoch) {
      throw new Transient('session.later-run', 'A later run of the bot has this folder.');
    }
    const fault = await this.#restore(lastRun ?? 0, signal);
    signal.throwIfAborted();
    if (!held()) throw new Transient('session.lease', 'The lease ran out meanwhile.');
    // A copy that is newer and cannot be had today is not given up before this session is linked itself.
    if (fault === null) await this.#mark();
    if (this.#fallback === 'wanted') this.#fallback = 'spent';
    this.#gap = fault ?? (await this.#gapOnDisk());
  }

  async #gapOnDisk(): Promise<SessionGap | null> {
    const { disk } = this.#options;
    if (await disk.putAside()) return 'put-aside';
    return (await disk.hasSession()) ? null : 'nothing';
  }

  async #mark(): Promise<void> {
    await this.#options.disk.mark(this.#options.runEpoch);
    this.#marked = true;
  }

  /**
   * Puts the newest copy in place when it is newer than what is there, or when no number was ever linked with that. Answers
   * why a newer one could not be had, which may be had another day.
   */
  async #restore(lastRun: number, signal: AbortSignal): Promise<CopyFault | null> {
    const { disk, snapshots, lines, log } = this.#options;
    const something = await disk.wasLinked();
    for (const id of await disk.tried()) this.#tried.add(id);
    const copies = await snapshots.valid();
    this.#copies = copies.map(({ id }) => id);
    this.#copied = copies.length > 0;
    let newest: CopyFault | null = null;
    for (const copy of copies) {
      if (copy.id === this.#restored || this.#tried.has(copy.id)) continue;
      if (something && copy.runEpoch <= lastRun && this.#fallback !== 'wanted') break;
      let fault: CopyFault | null = null;
      const restore = async (into: string) => {
        const both = AbortSignal.any([signal, AbortSignal.timeout(RESTORE_MS)]);
        fault = await lines.restore.pass(() => snapshots.restore(copy, into, both), { signal });
        return fault === null;
      };
      if (await disk.replace(restore)) {
        this.#restored = copy.id;
        log.info({ snapshotId: copy.id, fromEpoch: copy.runEpoch, lastRun }, 'session.restored');
        return newest === 'unreadable' ? null : newest;
      }
      newest ??= fault;
    }
    return newest;
  }

  /** Until Postgres knows it: a copy of a session that was ended would take the place of one that is linked later. */
  async #voidCopies(): Promise<void> {
    const { snapshots, log } = this.#options;
    for (let waitMs = VOID_AGAIN_MS.first; ; waitMs = Math.min(2 * waitMs, VOID_AGAIN_MS.most)) {
      try {
        await snapshots.voidAll();
        break;
      } catch (err) {
        log.warn({ err }, 'session.copies-not-void');
        await pause(waitMs, undefined, { ref: false });
      }
    }
    this.#copies = [];
    await snapshots.tidy().catch((err) => log.warn({ err }, 'session.copies-not-removed'));
    this.#voiding = undefined;
  }
}
