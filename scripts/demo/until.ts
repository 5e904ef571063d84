import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks until the answer is something, and returns it; a question that throws is asked again. Throws a sentence made with
 * `what` after `seconds`.
 */
export async function until<T>(what: string, ask: () => Promise<T | false | undefined>, seconds = 60): Promise<T> {
  const deadline = performance.now() + seconds * 1_000;
  let cause: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== false && answer !== undefined) return answer;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) throw new Error(`Waited ${seconds} s in vain for ${what}.`, { cause });
    await pause(150);
  }
}
