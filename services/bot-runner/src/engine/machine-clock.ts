import { uptime } from 'node:os';

/**
 * Milliseconds since this machine started, for leases. Unlike `performance.now()` its zero is the same in every process of
 * the machine, so a parent can tell its child a moment; and on Linux it goes on while the machine is suspended, as the
 * clock of Postgres does. Exact to 10 ms.
 */
export function machineMs(): number {
  // Elsewhere the uptime follows the wall clock, which may be set back.
  return process.platform === 'linux' ? uptime() * 1_000 : Number(process.hrtime.bigint() / 1_000n) / 1_000;
}
