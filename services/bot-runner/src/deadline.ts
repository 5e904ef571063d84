/**
 * A promise that takes no longer than that: then it rejects with `late`, which the engines know by this word. What was waited
 * for goes on unseen. Imports nothing, for the engines' own processes use it.
 */
export async function withDeadline<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('late')), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for `work`, however it ends, but no longer than so many milliseconds. False: it is not done yet and goes on by itself. */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const ended = () => true;
  return withDeadline(ms, work.then(ended, ended)).catch(() => false);
}

/** Waits for `work`, which does not reject, but no longer than until the signal aborts; then it goes on by itself. */
export async function until(signal: AbortSignal, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const aborted = () => resolve();
  if (signal.aborted) return;
  signal.addEventListener('abort', aborted);
  await Promise.race([work, promise]);
  signal.removeEventListener('abort', aborted);
}
