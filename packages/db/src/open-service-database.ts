import { setTimeout as pause } from 'node:timers/promises';
import { checkPoolBudget, type ServiceContext, Transient } from '@wbm/runtime';
import { type Database, type DatabaseOptions, openDatabase } from './open-database.ts';

const ASK_AGAIN_MS = 500;

/**
 * The stores as a service opens them, first thing in `compose`: owned by its scope and part of its readiness. What
 * `compose` registers to start after this waits until Postgres answered, and until all services' pools were found to
 * fit it. Postgres away makes a service wait, not ready; pools that do not fit, or a refused login, make it end with 1.
 */
export async function openServiceDatabase(
  context: ServiceContext<object>,
  more: Pick<DatabaseOptions, 'leaseStatementMs'> = {},
): Promise<Database> {
  const { name: service, config, poolSize, log, scope } = context;
  const database = await openDatabase({ url: config.DATABASE_URL, service, poolSize, log, ...more });
  scope.own('database', () => database.close());
  context.readiness('database', () => database.ping());
  context.onStart(async () => {
    const limits = await limitsWhenThere(database, context);
    if (limits) checkPoolBudget({ config, ...limits });
  });
  return database;
}

/** Undefined when the service was asked to stop before Postgres came. */
async function limitsWhenThere(database: Database, { log, stopping }: ServiceContext<object>) {
  for (let tries = 1; !stopping.aborted; tries += 1) {
    try {
      return await database.limits();
    } catch (err) {
      if (!(err instanceof Transient)) throw err;
      if (tries === 1) log.warn({ err }, 'db.awaited');
      await pause(ASK_AGAIN_MS, undefined, { signal: stopping }).catch(() => undefined);
    }
  }
  return undefined;
}
