import { z } from 'zod';

/** A serial id or a place in a chat. Postgres compares none that is larger. */
export const serialKey = z.int().nonnegative().max(2_147_483_647);
/** A moment, ISO in UTC. Postgres knows no year 0. */
export const momentKey = z.iso.datetime().refine((at) => !at.startsWith('0000'));

/**
 * Where the next page of a list begins, as text nobody outside needs to understand. `keys` are the values the list is
 * ordered by, of the last row seen.
 */
export function cursorOf<K extends z.ZodTuple>(keys: K) {
  return {
    write: (values: z.input<K>): string => Buffer.from(JSON.stringify(values)).toString('base64url'),
    /** Undefined when this is no cursor of ours. */
    read: (cursor: string): z.output<K> | undefined => {
      try {
        return keys.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString())).data;
      } catch {
        return undefined;
      }
    },
  };
}
