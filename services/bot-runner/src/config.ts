import { env } from '@wbm/runtime';
import { z } from 'zod';

export const config = z.object({
  RUNNER_CAPACITY: env
    .integer('How many bots one bot-runner process runs at most. Each is a child process of its own.', {
      min: 1,
      max: 1_000,
    })
    .default(50),
  LEASE_MS: env
    .integer(
      'How long a bot-runner that does not answer keeps its bots, in milliseconds. Shorter brings a bot back sooner after a crash and tolerates shorter outages of Postgres.',
      { min: 1_000, max: 120_000 },
    )
    .default(8_000),
});
