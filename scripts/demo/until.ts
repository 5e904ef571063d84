import { setTimeout as pause } from 'node:timers/promises';

/** Asks until the answer is something, and returns it. Throws a sentence made with `what` after `seconds`. */
export async function until<T>(what: string, ask: () => Promise<T | false | undefined>, seconds = 30): Promise<T> {
  const deadline = performance.now() + seconds * 1_000;
  for (;;) {
    const answer = await ask();
    if (answer !== false && answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`Waited ${seconds} s in vain for ${what}.`);
    await pause(150);
  }
}
