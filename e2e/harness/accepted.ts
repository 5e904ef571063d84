import { waitFor } from '@wbm/testkit';
import type { Answer } from '../../scripts/demo/api.ts';

/** Told to come back when the gateway has no connection to spare (503), one does; any other answer is the answer. */
export const accepted = <T>(what: string, ask: () => Promise<Answer<T>>): Promise<Answer<T>> =>
  waitFor(
    async () => {
      const answer = await ask();
      return answer.status !== 503 && answer;
    },
    { what, timeoutMs: 180_000, intervalMs: 200 },
  );
