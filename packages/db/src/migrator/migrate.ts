import type { Logger } from '@wbm/runtime';
import { holdingLock } from './advisory-lock.ts';
import { ensureLogin } from './login-role.ts';
import { migrationFailed } from './migration-failed.ts';
import { prismaFolder, readDatamodel, readMigrations } from './migration-files.ts';
import { noFilters, type SchemaEngine, withSchemaEngine } from './schema-engine.ts';

export type MigrateOptions = {
  /** Who owns the tables; needs the rights to create roles and databases' contents. */
  readonly ownerUrl: string;
  /** What the services will connect with; its role and password are made to exist. */
  readonly appUrl: string;
  readonly log: Logger;
  /** Another folder with schema.prisma and migrations/; the repository's own when left out. */
  readonly folder?: string;
};

/**
 * Brings the database to the newest migration and makes sure the services' login exists. Idempotent; of several that
 * run at once one works and the others wait for it.
 *
 * @returns the names of the migrations applied by this call, oldest first
 * @throws Transient when the server cannot be reached, Permanent when a URL, a right or a migration is wrong
 */
export async function migrate(options: MigrateOptions): Promise<readonly string[]> {
  const folder = options.folder ?? prismaFolder;
  const [datamodel, migrations] = await Promise.all([readDatamodel(folder), readMigrations(folder)]);
  return holdingLock(options.ownerUrl, async (owner) => {
    const applied = await withSchemaEngine(options.ownerUrl, datamodel, async (engine) => {
      await forgetInterrupted(engine, migrations, options.log);
      const result = await engine.applyMigrations({ migrationsList: migrations, filters: noFilters });
      return result.appliedMigrationNames;
    }).catch((error: unknown) => {
      throw migrationFailed(error);
    });
    await ensureLogin(owner, options);
    options.log.info({ applied: applied.length, known: migrations.migrationDirectories.length }, 'migrate.done');
    return applied;
  });
}

/**
 * A migration runs as one transaction, so one that is recorded as begun and not as finished did nothing: it is marked
 * as rolled back and tried again. Without this, a migration job killed half-way would block every later one.
 */
async function forgetInterrupted(
  engine: SchemaEngine,
  migrationsList: Awaited<ReturnType<typeof readMigrations>>,
  log: Logger,
): Promise<void> {
  const found = await engine.diagnoseMigrationHistory({
    migrationsList,
    optInToShadowDatabase: false,
    filters: noFilters,
  });
  for (const migrationName of found.failedMigrationNames) {
    log.warn({ migration: migrationName }, 'migrate.interrupted');
    await engine.markMigrationRolledBack({ migrationName });
  }
}
