import { z } from 'zod';

/** A moment as json spells it or as the driver gives it. */
export const instant = z.union([z.date(), z.string().transform((text) => new Date(text))]);
