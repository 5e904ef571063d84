import { z } from 'zod';
import { env } from './env.ts';
import { logLevels } from './log.ts';
import { poolEnv } from './pool-sizes.ts';

export const appModes = ['server', 'embedded'] as const;
export type AppMode = (typeof appModes)[number];

/** What every service reads, whatever it does; `runService` merges it with the service's own schema. */
export const baseEnv = z.object({
  APP_MODE: env
    .choice(
      '`server`, or `embedded` as `npm start` runs it: sign-in links, generated secrets and the sandbox exist there only.',
      appModes,
    )
    .default('server'),
  NODE_ENV: env.choice('What kind of run this is.', ['production', 'development', 'test']).default('production'),
  LOG_LEVEL: env.choice('The least important log line that is written.', logLevels).default('info'),
  DATABASE_URL: env
    .url('Postgres, as the login role of the services: a role that owns no table.', ['postgres', 'postgresql'])
    .meta({ secret: true }),
  ...poolEnv,
  REDIS_URL: env.url('Redis for queues and pub/sub.', ['redis', 'rediss']).meta({ secret: true }),
  REDIS_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,32}$/, { error: 'must be 1 to 32 letters, digits, - or _' })
    .describe('What all keys and channels in Redis begin with, so that two installations can share one server.')
    .default('wbm'),
  OPS_PORT: env
    .port('Internal port of /live, /ready and /metrics; 0 takes any free one. Never make it public.')
    .default(0),
  OPS_HOST: env.text('Address the internal port listens on.').default('127.0.0.1'),
  SHUTDOWN_DEADLINE_MS: env
    .integer('How long a stopping service may take to finish what it holds, in milliseconds.', {
      min: 100,
      max: 600_000,
    })
    .default(25_000),
  DATA_DIR: env
    .path('Folder for files the services keep. Each machine, and each container of a bot-runner, needs one of its own.')
    .default(() => env.path('').parse('.data')),
});

export type BaseConfig = z.infer<typeof baseEnv>;
