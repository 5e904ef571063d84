import { env } from '@wbm/runtime';
import { z } from 'zod';

/** What the migration job reads. */
export const migrateEnv = z.object({
  DATABASE_OWNER_URL: env
    .url('Postgres, as the role that owns the tables; the migration job has it and no service.', [
      'postgres',
      'postgresql',
    ])
    .meta({ secret: true }),
  DATABASE_URL: env
    .url('Postgres, as the login role of the services; the migration job makes that role.', ['postgres', 'postgresql'])
    .meta({ secret: true }),
});
