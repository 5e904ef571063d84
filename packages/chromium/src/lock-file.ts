import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { processStamp } from './process-stamp.ts';

/**
 * A file that says which process of this machine has something. One of another machine is void, for a container that is
 * made anew has another name: two machines, or two containers, must not have one folder of such files between them.
 */
export class LockFile {
  readonly #path: string;
  /** What our file says, while there is one. */
  #ours: string | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  get held(): boolean {
    return this.#ours !== null;
  }

  /** False when somebody else has it. A file whose process is no more goes. Throws when the disk takes nothing. */
  take(): boolean {
    if (this.held || this.#link()) return true;
    const there = this.#read();
    if (there === null || lives(there)) return false;
    this.#remove(there);
    return this.#link();
  }

  /** Whether a process that lives has it, be it this one. */
  get taken(): boolean {
    const there = this.#read();
    return there !== null && lives(there);
  }

  release(): void {
    if (this.#ours !== null) this.#remove(this.#ours);
    this.#ours = null;
  }

  /** The file has its name only when it is whole: half a one would look like that of somebody who died. */
  #link(): boolean {
    const { pid } = process;
    const id = randomUUID();
    const lock = JSON.stringify({ host: hostname(), pid, stamp: processStamp(pid), id });
    const part = `${this.#path}.${id}`;
    try {
      writeFileSync(part, lock, { flag: 'wx', mode: 0o600 });
      linkSync(part, this.#path);
      this.#ours = lock;
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
      throw error;
    } finally {
      rmSync(part, { force: true });
    }
  }

  /** Null: there is none. */
  #read(): string | null {
    try {
      return readFileSync(this.#path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
  }

  /** The very lock that was looked at: another process may have put its own there meanwhile. */
  #remove(lock: string): void {
    if (this.#read() === lock) rmSync(this.#path, { force: true });
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
