import { setTimeout as pause } from 'node:timers/promises';

type WaitOptions = {
  /** Completes the sentence "waited … ms for …" of the failure. */
  readonly what: string;
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
};

type Settled = null | undefined | false;

/**
 * Asks `condition` again and again until it answers something other than false, null or undefined, and returns that.
 * A condition that throws is asked again; the last error is the cause of the failure when time runs out.
 */
export async function waitFor<T>(
  condition: () => T | Settled | Promise<T | Settled>,
  { what, timeoutMs = 60_000, intervalMs = 25 }: WaitOptions,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const answer = await condition();
      if (answer !== false && answer !== null && answer !== undefined) return answer;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`, { cause });
    await pause(intervalMs);
  }
}
