import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_AGAIN_MS = 100;
/** Whoever holds a lock longer than that has died on another machine. */
const LONGEST_MS = 5 * 60_000;

/** Runs `work` while no other process, nor another call in this one, runs the work of the same lock file. */
export async function underLock(file: string, work: () => Promise<void>): Promise<void> {
  while (!take(file)) {
    if (isStale(file)) rmSync(file, { force: true });
    else await pause(LOOK_AGAIN_MS);
  }
  try {
    await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file: string): boolean {
  const { pid } = process;
  try {
    writeFileSync(file, JSON.stringify({ host: hostname(), pid, stamp: stampOf(pid) }), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function isStale(file: string): boolean {
  try {
    if (Date.now() - statSync(file).mtimeMs > LONGEST_MS) return true;
    const { host, pid, stamp } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    return host === hostname() && typeof pid === 'number' && (stampOf(pid) ?? 'gone') !== stamp;
  } catch {
    return false; // Gone meanwhile, or just being written.
  }
}

/**
 * When a process began, since its number may be that of an earlier one: a container that is started again gives out the
 * same. Null: there is no such process. Where there is no /proc, being alive has to do.
 */
function stampOf(pid: number): string | null {
  try {
    if (process.platform !== 'linux') return process.kill(pid, 0) ? 'alive' : null;
    // After the name in brackets, which may hold anything: state, and as the twentieth the start in clock ticks.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM' ? 'alive' : null;
  }
}
