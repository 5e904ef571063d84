import { readdirSync, readFileSync } from 'node:fs';

/** All processes in whose command line this stands, such as those of one bot's Chromium with the path of its profile. */
export function processesNaming(text: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return pid > 1 && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
      } catch {
        return false;
      }
    });
}
