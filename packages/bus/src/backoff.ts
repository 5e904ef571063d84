/** The longest wait between two tries. A bell that rings meanwhile melts into the waiting job, so it must be short. */
const CAP_MS = 5_000;

/** Doubles from `baseMs` to the cap, with the upper half left to chance. `attempt` is 1 after the first failure. */
export function backoffMs(attempt: number, baseMs: number, random: () => number = Math.random): number {
  const full = Math.min(baseMs * 2 ** Math.min(attempt - 1, 20), CAP_MS);
  return Math.round(full / 2 + (full / 2) * random());
}
