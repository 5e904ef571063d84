import { join } from 'node:path';
import { blobsEnv } from '@wbm/blobs';
import { env, findRoot } from '@wbm/runtime';
import { z } from 'zod';

/** What the gateway reads beside the environment every service reads. */
export const config = z.object({
  PORT: env.port('Port of the dashboard, the API and the WebSocket; 0 takes any free one.').default(3000),
  HOST: env
    .text(
      'Address the public port listens on; 0.0.0.0 when left out. In embedded mode 127.0.0.1, and no other machine can be let in.',
    )
    .optional(),
  PUBLIC_URL: env
    .url('Where browsers find the gateway, such as https://bots.example.com. With https the session cookie is Secure.')
    .optional(),
  JWT_SECRET: env.secret('Signs session cookies. At least 32 characters, the same for all gateway replicas.', {
    min: 32,
  }),
  TRUSTED_PROXIES: env
    .integer('How many reverse proxies stand in front and may be believed about who called (X-Forwarded-For).', {
      max: 10,
    })
    .default(0),
  RATE_LIMIT_PER_MINUTE: env
    .integer('Requests one session, or one address without a session, may make in a minute, for each replica.', {
      min: 1,
    })
    .default(3_000),
  ...blobsEnv,
  // Only whether it is set: the pages say which assistant answers, and nothing here may leak the key.
  AI_API_KEY: z
    .string()
    .transform(() => true as const)
    .meta({
      description: 'Whether a model answers: the gateway only looks if it is set, and says so in the pages.',
      secret: true,
    })
    .optional(),
  DASHBOARD_DIST: env
    .path('Folder of the built dashboard.')
    .default(() => join(findRoot(), 'packages', 'dashboard', 'dist')),
});

export type GatewayConfig = z.infer<typeof config>;
