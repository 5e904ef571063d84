import { withDeadline } from '../deadline.ts';

/** Waits for an answer until it is late, and then throws; what comes after that is nobody's. */
export type InTime = <T>(work: Promise<T>) => Promise<T>;

/** So many milliseconds from now, for one answer or for several after each other. */
export function answersWithin(ms: number): InTime {
  const lateAtMs = performance.now() + ms;
  return (work) => withDeadline(Math.max(0, lateAtMs - performance.now()), work);
}
