/** Waits for an answer until it is late, and then throws; what comes after that is nobody's. */
export type InTime = <T>(work: Promise<T>) => Promise<T>;

/** So many milliseconds from now, for one answer or for several after each other. */
export function answersWithin(ms: number): InTime {
  const lateAtMs = performance.now() + ms;
  return async (work) => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('no answer in time')), lateAtMs - performance.now());
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  };
}
