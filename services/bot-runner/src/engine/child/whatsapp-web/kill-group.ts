/** Kills a process that leads a group, with all of it. */
export function killGroup(pid: number | undefined): void {
  // 0 would be our own group, -1 everybody's.
  if (pid === undefined || !Number.isSafeInteger(pid) || pid <= 1) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
