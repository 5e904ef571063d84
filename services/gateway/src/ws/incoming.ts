import { serialId } from '@wbm/contracts';
import { z } from 'zod';

/** All a browser may say over the socket. Everything else is written by HTTP. */
const incoming = z.discriminatedUnion('type', [
  z.object({ type: z.literal('typing'), leadId: serialId, typing: z.boolean() }),
  z.object({ type: z.literal('presence'), active: z.boolean() }),
]);

/** What kind of frame came, for counting; nobody acts on them yet. Unknown ones are ignored, so that pages may be newer than we are. */
export function kindOf(raw: string): 'typing' | 'presence' | 'unknown' {
  try {
    return incoming.safeParse(JSON.parse(raw)).data?.type ?? 'unknown';
  } catch {
    return 'unknown';
  }
}

/** True as long as no more than `max` frames came within a second. */
export function frameBudget(max: number, now: () => number): () => boolean {
  let [since, count] = [now(), 0];
  return () => {
    if (now() - since >= 1_000) [since, count] = [now(), 0];
    count += 1;
    return count <= max;
  };
}
