/** Kills a process that leads a group, with all of it. */
export function killGroup(pid: number | undefined): void {
  signalGroup(pid, 'SIGKILL');
}

/** Asks a process that leads a group to end, even if somebody stopped it: what it has not written yet is then written. */
export function askGroupToEnd(pid: number): void {
  signalGroup(pid, 'SIGTERM');
  signalGroup(pid, 'SIGCONT');
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  // 0 would be our own group, -1 everybody's.
  if (pid === undefined || !Number.isSafeInteger(pid) || pid <= 1) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It is gone already.
  }
}
