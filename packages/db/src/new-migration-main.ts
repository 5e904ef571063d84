import { loadDotenv, parseConfig } from '@wbm/runtime';
import { migrateEnv } from './migrator/migrate-env.ts';
import { newMigration } from './migrator/new-migration.ts';

/** `pnpm --filter @wbm/db migration <name>`: writes prisma/migrations/<now>_<name> from what schema.prisma has new. */
loadDotenv();
const name = process.argv[2];
const parsed = parseConfig(migrateEnv.pick({ DATABASE_OWNER_URL: true }), process.env);
if (name === undefined || !parsed.ok) {
  const problem = parsed.ok ? '' : parsed.faults.map((fault) => `${fault.variable} ${fault.problem}\n`).join('');
  process.stderr.write(`${problem}usage: DATABASE_OWNER_URL=postgres://… pnpm --filter @wbm/db migration <name>\n`);
  process.exitCode = 1;
} else {
  const folder = await newMigration({ ownerUrl: parsed.config.DATABASE_OWNER_URL, name, now: new Date() });
  process.stdout.write(folder === undefined ? 'schema.prisma and the migrations agree\n' : `${folder}\n`);
}
