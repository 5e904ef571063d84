import { afterAll } from 'vitest';

const closers: { readonly what: string; readonly close: () => unknown }[] = [];

/**
 * Closes something when the test file is over, newest first, whether its tests passed or not. What a test opens it
 * need not close; what is closed twice must not mind.
 */
export function closeAfterwards(what: string, close: () => unknown): void {
  closers.push({ what, close });
}

// Runs at import, which is once for each test file: vitest gives every file modules of its own.
afterAll(async () => {
  const failures: unknown[] = [];
  for (let next = closers.pop(); next; next = closers.pop()) {
    try {
      await next.close();
    } catch (error) {
      failures.push(new Error(`could not close ${next.what}`, { cause: error }));
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'the test file left things open');
}, 120_000);
