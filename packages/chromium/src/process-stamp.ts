import { readFileSync } from 'node:fs';

/**
 * A running process: when it began, since its number may be that of an earlier one, as in a container that is started again.
 * Null: there is no such process. Where there is no /proc, being alive has to do.
 */
export function processStamp(pid: number): string | null {
  if (!Number.isSafeInteger(pid) || pid < 1) return null;
  try {
    // After the name in brackets, which may hold anything: state, and as the twentieth the start in clock ticks.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    return process.platform === 'linux' ? null : aliveElsewhere(pid);
  }
}

function aliveElsewhere(pid: number): string | null {
  try {
    process.kill(pid, 0);
    return 'alive';
  } catch {
    return null;
  }
}
