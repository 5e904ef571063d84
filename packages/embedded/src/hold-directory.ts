import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processIdentity } from './process-identity.ts';

/** Somebody else, still running, holds the directory. `holder` is the note they left, `pid` their process. */
export class DirectoryInUse extends Error {
  readonly pid: number;
  readonly holder: string;

  constructor(directory: string, pid: number, holder: string) {
    super(`${directory} is in use by ${holder} (process ${pid}). Stop that one first, or choose another DATA_DIR.`);
    this.name = 'DirectoryInUse';
    this.pid = pid;
    this.holder = holder;
  }
}

/**
 * Takes the directory for this process, creating it when needed, until the returned function is called or the process
 * ends, however it ends: a lock left by a process that no longer runs is taken over.
 *
 * Throws {@link DirectoryInUse} while another live process, or this one, holds it.
 * Not for directories on network file systems: process numbers mean nothing on another machine.
 */
export function holdDirectory(directory: string, holder: string): () => void {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'owner.lock');
  const identity = processIdentity(process.pid) ?? `${process.pid}@?`;
  const mine = `${identity}\n${holder}\n`;
  // The lock appears under its name complete or not at all, so nobody ever reads half a lock.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, mine);
  try {
    for (;;) {
      try {
        linkSync(draft, file);
        break;
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      }
      takeAwayIfStale(directory, file);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  let held = true;
  return () => {
    if (!held) return;
    held = false;
    if (read(file) === mine) rmSync(file, { force: true });
  };
}

function takeAwayIfStale(directory: string, file: string): void {
  const found = read(file);
  if (found === undefined) return;
  const [identity = '', holder = 'another process'] = found.split('\n');
  const pid = Number(identity.split('@')[0]);
  if (processIdentity(pid) === identity) throw new DirectoryInUse(directory, pid, holder);
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return; // Somebody else took it away in the meantime.
  }
  // Somebody else may have put a fresh lock there between reading and renaming: then it goes back.
  if (read(aside) !== found) renameSync(aside, file);
  else rmSync(aside, { force: true });
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
