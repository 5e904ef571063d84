import { setTimeout as pause } from 'node:timers/promises';

const SECONDS = 60;

/**
 * Asks until the answer is something, and returns it; a question that throws is asked again. After a minute it throws a
 * sentence with `what`, and with what the last question threw.
 */
export async function until<T>(what: string, ask: () => Promise<T | false | undefined>): Promise<T> {
  const deadline = performance.now() + SECONDS * 1_000;
  let cause: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== false && answer !== undefined) return answer;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) {
      const why = cause instanceof Error ? ` ${cause.message}` : '';
      throw new Error(`Waited ${SECONDS} s in vain for ${what}.${why}`, { cause });
    }
    await pause(150);
  }
}
