import { z } from 'zod';

/** What a person writes. A NUL is no character of it, and Postgres keeps none. */
export const words = z.string().refine((text) => !text.includes('\0'), { error: 'must not contain the character NUL' });
