import { env } from '@wbm/runtime';
import { z } from 'zod';

/** The environment of the scheduler, beside what every service reads. */
export const config = z.object({
  SWEEP_MS: env
    .integer('How often the scheduler rings again for what is due, in milliseconds.', { min: 50, max: 600_000 })
    .default(5_000),
  SWEEP_GRACE_MS: env
    .integer('How long something must have been due before the sweep rings for it, in milliseconds.', { max: 600_000 })
    .default(3_000),
});
