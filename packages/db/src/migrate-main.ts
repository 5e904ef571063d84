import { createLog, loadDotenv, Permanent, parseConfig, Transient } from '@wbm/runtime';
import { migrate } from './migrator/migrate.ts';
import { migrateEnv } from './migrator/migrate-env.ts';

/** The migration job: run once, before the services of a new version start. Exit code 1 says that it did not work. */
loadDotenv();
const log = createLog({ service: 'migrate' });
const parsed = parseConfig(migrateEnv, process.env);
if (parsed.ok) {
  try {
    await migrate({ ownerUrl: parsed.config.DATABASE_OWNER_URL, appUrl: parsed.config.DATABASE_URL, log });
  } catch (err) {
    if (err instanceof Permanent || err instanceof Transient) process.stderr.write(`cannot migrate: ${err.message}\n`);
    log.fatal({ err }, 'migrate.failed');
    process.exitCode = 1;
  }
} else {
  for (const { variable, problem, description } of parsed.faults) {
    process.stderr.write(`${variable} ${problem}\n    ${description}\n`);
  }
  process.exitCode = 1;
}
