import { env } from './env.ts';
import { Permanent } from './errors.ts';
import type { ServiceName } from './service-name.ts';

/**
 * How many Postgres connections one process of each service may hold, and how many processes there are. Every
 * service reads all ten variables, so that each can refuse to start when the whole could not fit the server.
 */
export const poolSizes = {
  gateway: { sizeVariable: 'GATEWAY_POOL_SIZE', replicasVariable: 'GATEWAY_REPLICAS', size: 10 },
  'bot-runner': { sizeVariable: 'BOT_RUNNER_POOL_SIZE', replicasVariable: 'BOT_RUNNER_REPLICAS', size: 10 },
  'ai-worker': { sizeVariable: 'AI_WORKER_POOL_SIZE', replicasVariable: 'AI_WORKER_REPLICAS', size: 10 },
  'lead-worker': { sizeVariable: 'LEAD_WORKER_POOL_SIZE', replicasVariable: 'LEAD_WORKER_REPLICAS', size: 10 },
  scheduler: { sizeVariable: 'SCHEDULER_POOL_SIZE', replicasVariable: 'SCHEDULER_REPLICAS', size: 5 },
} as const satisfies Record<ServiceName, { sizeVariable: string; replicasVariable: string; size: number }>;

const size = (service: ServiceName, { least, note }: { least: number; note?: string } = { least: 1 }) =>
  env
    .integer(['Postgres connections one', service, 'process may hold.', note].filter(Boolean).join(' '), {
      min: least,
      max: 1_000,
    })
    .default(poolSizes[service].size);
const replicas = (service: ServiceName) =>
  env
    .integer(`How many ${service} processes run; only used to check the sum of all pools against max_connections.`, {
      max: 1_000,
    })
    .default(1);

/** The variables as schemas; part of the environment every service reads. */
export const poolEnv = {
  GATEWAY_POOL_SIZE: size('gateway'),
  BOT_RUNNER_POOL_SIZE: size('bot-runner', { least: 2, note: 'One of them is kept for renewing its lease.' }),
  AI_WORKER_POOL_SIZE: size('ai-worker'),
  LEAD_WORKER_POOL_SIZE: size('lead-worker'),
  SCHEDULER_POOL_SIZE: size('scheduler'),
  GATEWAY_REPLICAS: replicas('gateway'),
  BOT_RUNNER_REPLICAS: replicas('bot-runner'),
  AI_WORKER_REPLICAS: replicas('ai-worker'),
  LEAD_WORKER_REPLICAS: replicas('lead-worker'),
  SCHEDULER_REPLICAS: replicas('scheduler'),
};

export type PoolConfig = { readonly [Variable in keyof typeof poolEnv]: number };

/** The pool size of one process of `service`. */
export function poolSizeOf(service: ServiceName, config: PoolConfig): number {
  return config[poolSizes[service].sizeVariable];
}

/**
 * Refuses to start (throws `Permanent` `db.pool-budget`) when all services' pools together exceed what the server
 * grants: `maxConnections` and `reserved` as Postgres says them (`show max_connections`,
 * `superuser_reserved_connections` plus `reserved_connections`).
 */
export function checkPoolBudget(input: { config: PoolConfig; maxConnections: number; reserved: number }): void {
  const parts = Object.values(poolSizes).map(({ sizeVariable, replicasVariable }) => {
    const [each, count] = [input.config[sizeVariable], input.config[replicasVariable]];
    return { text: `${sizeVariable} ${each} × ${replicasVariable} ${count}`, connections: each * count };
  });
  const wanted = parts.reduce((sum, part) => sum + part.connections, 0);
  const available = input.maxConnections - input.reserved;
  if (wanted <= available) return;
  throw new Permanent(
    'db.pool-budget',
    `The pools of all services want ${wanted} connections, but Postgres grants ${available} (max_connections ` +
      `${input.maxConnections} less ${input.reserved} reserved): ${parts.map((part) => part.text).join(', ')}. ` +
      'Lower the pool sizes or replicas, or raise max_connections.',
    { context: { wanted, available } },
  );
}
