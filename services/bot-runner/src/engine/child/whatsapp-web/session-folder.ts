import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LockFile } from '@wbm/chromium';
import { askGroupToEnd, killGroup } from './kill-group.ts';
import { browsersOn } from './profile-users.ts';

const HOLDER_ENDS_MS = 10_000;
/** A Chromium that is killed loses what it has not written yet, such as a link made a moment ago. */
const ENDS_BY_ITSELF_MS = 4_000;
const LOOK_AGAIN_MS = 100;
/** Stays with the folder wherever it is put. */
export const LINKED_NOTE = 'number-was-linked';
const SINGLETONS = ['SingletonLock', 'SingletonCookie', 'SingletonSocket'];

export const IN_USE = 'Another process still uses the session folder. It is tried again.';

export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

/**
 * The folder of one bot's session, a Chromium profile, and our own lock on it: a headless shell takes none, and two on
 * one profile lose the session. The lease in Postgres says which runner has the bot; this says which process of the
 * machine.
 */
export class SessionFolder {
  readonly root: string;
  readonly path: string;
  readonly #lock: LockFile;
  readonly #asideRoot: string;
  readonly #botId: string;

  constructor(root: string, botId: string) {
    this.root = resolve(root);
    this.#botId = botId;
    this.path = join(this.root, `session-${botId}`);
    this.#lock = new LockFile(join(this.root, `session-${botId}.lock`));
    this.#asideRoot = join(this.root, 'aside');
  }

  /** Waits a while for a holder that is just ending. Throws `FolderInUse` when it stays. */
  async lock(): Promise<void> {
    mkdirSync(this.root, { recursive: true, mode: 0o700 });
    const untilMs = performance.now() + HOLDER_ENDS_MS;
    while (!this.#lock.take()) {
      if (performance.now() > untilMs) throw new FolderInUse('folder-in-use');
      await pause(LOOK_AGAIN_MS);
    }
  }

  /** Whether a number was ever linked with this folder. */
  get wasLinked(): boolean {
    return existsSync(join(this.path, LINKED_NOTE));
  }

  /**
   * Only while a number is linked with it. A folder without the note is worth less than any copy, so it is written through.
   * Never throws: to be called until the note is there.
   */
  noteLinked(): void {
    if (this.wasLinked) return;
    try {
      writeFileSync(join(this.path, LINKED_NOTE), '', { mode: 0o600, flush: true });
      const folder = openSync(this.path, 'r');
      try {
        fsyncSync(folder);
      } finally {
        closeSync(folder);
      }
    } catch {
      // A disk that takes nothing shows elsewhere.
    }
  }

  /** Something is there, and it is no folder. */
  get isNoFolder(): boolean {
    return statSync(this.path, { throwIfNoEntry: false })?.isDirectory() === false;
  }

  /** Ends a Chromium that outlived its process, and removes the lock files that one left. Only while locked. */
  async clear(): Promise<void> {
    if (!this.#lock.held) throw new Error('not locked');
    const beganMs = performance.now();
    for (const pid of browsersOn(this.path)) askGroupToEnd(pid);
    for (let left = browsersOn(this.path); left.length > 0; left = browsersOn(this.path)) {
      const waitedMs = performance.now() - beganMs;
      if (waitedMs > HOLDER_ENDS_MS) throw new FolderInUse('folder-in-use');
      if (waitedMs > ENDS_BY_ITSELF_MS) for (const pid of left) killGroup(pid);
      await pause(LOOK_AGAIN_MS);
    }
    if (this.isNoFolder) return; // An engine says so, and puts it aside.
    for (const name of SINGLETONS) rmSync(join(this.path, name), { force: true });
  }

  /**
   * The Chromiums that outlived the process which had the folder. None while one that lives has it: then they are its own,
   * or it ends them. They are listed first, for nobody starts one without the lock.
   */
  leftBehind(): number[] {
    const browsers = browsersOn(this.path);
    return browsers.length > 0 && this.#lock.taken ? [] : browsers;
  }

  /** Puts the session away, where nobody takes it up again, and answers where. The next start begins a new one. */
  moveAside(why: 'stuck' | 'damaged' | 'logged-out' | 'replaced', now: Date): string | null {
    mkdirSync(this.#asideRoot, { recursive: true, mode: 0o700 });
    const prefix = `${this.#botId}.${why}.`;
    const earlier = readdirSync(this.#asideRoot).filter((name) => name.startsWith(prefix));
    const aside = join(this.#asideRoot, `${prefix}${now.toISOString().replaceAll(':', '-')}`);
    try {
      renameSync(this.path, aside);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
    // A session that WhatsApp has ended, or that a copy took the place of, is kept to look at until there is another.
    if (why === 'logged-out' || why === 'replaced') void this.#forget(earlier);
    return aside;
  }

  /** Whole profiles, in a process that must not miss a beat; what is left of one that could not go, goes the next time. */
  async #forget(names: readonly string[]): Promise<void> {
    for (const name of names) {
      await rm(join(this.#asideRoot, name), { recursive: true, force: true }).catch(() => undefined);
    }
  }

  unlock(): void {
    this.#lock.release();
  }
}
