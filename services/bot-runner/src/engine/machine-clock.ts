/**
 * Milliseconds of the machine's monotonic clock. Unlike `performance.now()` its zero is the same in every process of
 * this machine, so a parent can tell its child a moment.
 */
export function machineMs(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}
