import { readdirSync, readFileSync } from 'node:fs';

/** A running process: its number and when it began, since numbers are given out again. Null: there is no such process. */
export function processStamp(pid: number): string | null {
  if (!Number.isSafeInteger(pid) || pid <= 1) return null;
  try {
    // After the name in brackets, which may hold anything: state, and as the twentieth the start in clock ticks.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    return process.platform === 'linux' ? null : aliveElsewhere(pid);
  }
}

/** The Chromiums that were started on this profile, by their main process, which leads a group. Linux only. */
export function browsersOn(profile: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isSafeInteger(pid) && pid > 1 && isBrowserOn(pid, profile));
}

function isBrowserOn(pid: number, profile: string): boolean {
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return args.includes(`--user-data-dir=${profile}`) && !args.some((arg) => arg.startsWith('--type='));
  } catch {
    return false; // It ended meanwhile.
  }
}

/** Where there is no /proc, being alive has to do. */
function aliveElsewhere(pid: number): string | null {
  try {
    process.kill(pid, 0);
    return 'alive';
  } catch {
    return null;
  }
}
