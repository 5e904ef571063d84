import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processIdentity } from './process-identity.ts';
import { stopLeftover } from './server-process.ts';

/** Notes which process serves this directory, for a start that finds it still running. */
export function noteServer(place: string, pid: number): void {
  writeFileSync(join(place, 'server.pid'), processIdentity(pid) ?? '');
}

export function forgetServer(place: string): void {
  rmSync(join(place, 'server.pid'), { force: true });
}

/**
 * Stops the server that a killed process left behind in this directory, if it still runs.
 * Call it only while holding the directory: then nobody alive uses that server.
 */
export async function clearLeftover(place: string, signal: NodeJS.Signals): Promise<void> {
  let identity: string;
  try {
    identity = readFileSync(join(place, 'server.pid'), 'utf8').trim();
  } catch {
    return;
  }
  const pid = Number(identity.split('@')[0]);
  if (pid > 1 && processIdentity(pid) === identity) await stopLeftover(pid, signal);
  forgetServer(place);
}
