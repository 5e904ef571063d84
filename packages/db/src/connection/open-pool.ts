import type { Logger, ServiceName } from '@wbm/runtime';
import pg from 'pg';
import { sqlStateOf } from '../errors/database-failure.ts';
import { roleOf } from '../service-roles.ts';

export type PoolOptions = {
  /** The services' shared login; must be a direct or session-pooled connection, not a transaction-pooled one. */
  readonly url: string;
  readonly service: ServiceName;
  readonly poolSize: number;
  readonly log: Logger;
  /** How the connections are called in pg_stat_activity; `wbm <service>` when left out. */
  readonly applicationName?: string;
  /** Shorter ones shorten the other waits too. */
  readonly statementTimeoutMs?: number;
};

const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 10_000;
/** How much longer than the server we wait ourselves: only a dead network or a frozen server gets this far. */
const GRACE_MS = 3_000;
/** Of either: a busy machine is not always faster. */
const LEAST_WAIT_MS = 1_000;

/**
 * A pool whose every connection works as the service's own role. Broken connections leave the pool by themselves;
 * the next statement opens a new one, so a restarted Postgres needs no restarted service.
 */
export function openPool(options: PoolOptions): pg.Pool {
  const url = new URL(options.url);
  const statementTimeout = options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS;
  const settings = {
    role: roleOf(options.service),
    // The driver reads and writes timestamps without their zone: any other one would shift them.
    TimeZone: 'UTC',
    statement_timeout: statementTimeout,
    idle_in_transaction_session_timeout: statementTimeout * 3,
  };
  const own = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  const startup = [url.searchParams.get('options'), ...own].filter(Boolean).join(' ');
  url.searchParams.delete('options');
  const pool = new pg.Pool({
    connectionString: url.href,
    options: startup,
    application_name: options.applicationName ?? `wbm ${options.service}`,
    max: options.poolSize,
    connectionTimeoutMillis: atLeast(Math.min(CONNECT_TIMEOUT_MS, statementTimeout * 2)),
    idleTimeoutMillis: 30_000,
    query_timeout: statementTimeout + atLeast(Math.min(GRACE_MS, statementTimeout / 2)),
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
  });
  // Nobody listens to a connection that has just been given back and out again, in the moment until who waited for it runs. That
  // one learns of the loss from its own statement; unheard, it would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', (error) => {
    options.log.warn({ sqlState: sqlStateOf(error) ?? null }, 'db.connection-lost');
  });
  return pool;
}

function atLeast(ms: number): number {
  return Math.max(LEAST_WAIT_MS, ms);
}
