import { readdirSync, readFileSync } from 'node:fs';

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
