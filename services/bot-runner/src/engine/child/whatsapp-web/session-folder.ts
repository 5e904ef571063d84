import { randomUUID } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { askGroupToEnd, killGroup } from './kill-group.ts';
import { browsersOn, processStamp } from './profile-users.ts';

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
 * machine. A lock of another machine is void, for a container that is made anew has another name: two machines, or two
 * containers, must not have one folder of sessions between them.
 */
export class SessionFolder {
  readonly root: string;
  readonly path: string;
  readonly #lockFile: string;
  readonly #asideRoot: string;
  readonly #botId: string;
  /** What our lock file says, while there is one. */
  #lock: string | null = null;

  constructor(root: string, botId: string) {
    this.root = resolve(root);
    this.#botId = botId;
    this.path = join(this.root, `session-${botId}`);
    this.#lockFile = join(this.root, `session-${botId}.lock`);
    this.#asideRoot = join(this.root, 'aside');
  }

  /** Waits a while for a holder that is just ending. Throws `FolderInUse` when it stays. */
  async lock(): Promise<void> {
    if (this.#lock !== null) return;
    mkdirSync(this.root, { recursive: true, mode: 0o700 });
    const untilMs = performance.now() + HOLDER_ENDS_MS;
    while (!this.#take()) {
      const holder = this.#readLock();
      if (holder !== null && lives(holder)) {
        if (performance.now() > untilMs) throw new FolderInUse('folder-in-use');
        await pause(LOOK_AGAIN_MS);
      } else if (holder !== null) this.#remove(holder);
    }
  }

  /** Whether a number was ever linked with this folder. */
  get wasLinked(): boolean {
    return existsSync(join(this.path, LINKED_NOTE));
  }

  /** Only while a session in it is ready. Never throws: without the note the next start only says less. */
  noteLinked(): void {
    try {
      if (!this.wasLinked) writeFileSync(join(this.path, LINKED_NOTE), '', { mode: 0o600 });
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
    if (this.#lock === null) throw new Error('not locked');
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
    const holder = browsers.length > 0 ? this.#readLock() : null;
    return holder !== null && lives(holder) ? [] : browsers;
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
    // A session that WhatsApp has ended, or that a newer copy took the place of, is kept to look at until there is another.
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
    if (this.#lock === null) return;
    this.#remove(this.#lock);
    this.#lock = null;
  }

  /** The file has its name only when it is whole: half a one would look like that of somebody who died. */
  #take(): boolean {
    const id = randomUUID();
    const lock = JSON.stringify({ host: hostname(), pid: process.pid, stamp: processStamp(process.pid), id });
    const part = `${this.#lockFile}.${id}`;
    try {
      writeFileSync(part, lock, { flag: 'wx', mode: 0o600 });
      linkSync(part, this.#lockFile);
      this.#lock = lock;
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
      throw error;
    } finally {
      rmSync(part, { force: true });
    }
  }

  /** Null: there is none. */
  #readLock(): string | null {
    try {
      return readFileSync(this.#lockFile, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
  }

  /** Only the very lock that was looked at: another process may have put its own there meanwhile. */
  #remove(lock: string): void {
    if (this.#readLock() === lock) rmSync(this.#lockFile, { force: true });
  }
}

function lives(lock: string): boolean {
  try {
    const { host, pid, stamp } = JSON.parse(lock) as Record<string, unknown>;
    return host === hostname() && typeof pid === 'number' && stamp !== null && processStamp(pid) === stamp;
  } catch {
    return false; // It holds nothing that we write.
  }
}
