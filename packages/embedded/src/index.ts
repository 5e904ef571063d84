export { freePort } from './free-port.ts';
export { DirectoryInUse, holdDirectory } from './hold-directory.ts';
export { type PostgresOptions, type PostgresServer, startPostgres } from './postgres.ts';
export { findRedisServer, type RedisOptions, type RedisServer, startRedis } from './redis.ts';
export type { StopMode } from './server-process.ts';
