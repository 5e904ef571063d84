import { Permanent, Transient } from '@wbm/runtime';
import { databaseFailure } from '../errors/database-failure.ts';

/**
 * The engine fails with prose and sometimes a code of its own (P3018: a migration failed). Its prose quotes our SQL and
 * never a row, so it may be shown; what is a failure of the connection or of the login keeps its own sort.
 */
export function migrationFailed(error: unknown): unknown {
  const sorted = databaseFailure(error);
  if (sorted instanceof Transient || sorted instanceof Permanent || !(error instanceof Error)) return sorted;
  const [said = ''] = error.message.split(/\n\s+0: /);
  const why = said.replace(/^external connector error/, '').trim();
  const migration = /migration_name="([^"]+)"/.exec(error.message)?.[1];
  const message = migration === undefined ? why : `migration ${migration}: ${why}`;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return new Permanent('db.migration-failed', message, { context: { code, migration: migration ?? null } });
}
