/** Where a process gets its time from, so that a test can hand in another one. */
export interface Clock {
  /** Wall clock: for what people see and what is stored. */
  now(): Date;
  /** Milliseconds that never jump: for leases, deadlines and durations. Its zero means nothing. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
};
