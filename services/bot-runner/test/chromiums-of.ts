import { readdirSync, readFileSync } from 'node:fs';

/** All processes of the Chromium of one bot, its children too, by what stands in their command lines. */
export function chromiumsOf(botId: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return pid > 1 && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`/session-${botId}`);
      } catch {
        return false;
      }
    });
}
