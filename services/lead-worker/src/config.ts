import { env } from '@wbm/runtime';
import { z } from 'zod';

/** The environment of the lead-worker, beside what every service reads. */
export const config = z.object({
  LEAD_WORKER_CONCURRENCY: env
    .integer('How many chats, and how many answers, one lead-worker files at a time.', { min: 1, max: 200 })
    .default(8),
});
