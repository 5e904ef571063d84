import { Permanent } from '@wbm/runtime';
import { databaseFailure } from '../errors/database-failure.ts';

/**
 * The engine answers with prose and a code of its own (P3018 a migration failed, P3009 an earlier one did). Its prose
 * quotes our SQL and never a row, so it may be shown; what is a failure of the connection keeps its own sort.
 */
export function migrationFailed(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (!code?.startsWith('P3')) return databaseFailure(error);
  return new Permanent('db.migration-failed', withoutBacktrace(error.message), { cause: error, context: { code } });
}

function withoutBacktrace(message: string): string {
  return message.replace(/\n\s+\d+: schema_[\s\S]*$/, '').trim();
}
