import { Permanent, Transient } from '@wbm/runtime';
import { databaseFailure } from '../errors/database-failure.ts';

/**
 * The engine fails with prose and sometimes a code of its own (P3018: a migration failed). Its prose quotes our SQL and
 * never a row, so it may be shown; what is a failure of the connection or of the login keeps its own sort.
 */
export function migrationFailed(error: unknown): unknown {
  const sorted = databaseFailure(error);
  if (sorted instanceof Transient || sorted instanceof Permanent || !(error instanceof Error)) return sorted;
  const message = error.message.replace(/\n\s+0: [\s\S]*$/, '').trim();
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return new Permanent('db.migration-failed', message, { cause: error, context: { code } });
}
