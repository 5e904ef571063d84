/** A promise that takes no longer than that: then it rejects with `late`. What was waited for goes on unseen. */
export async function withDeadline<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('late')), ms);
  });
  work.catch(() => undefined); // Nobody may be left to hear of it.
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
