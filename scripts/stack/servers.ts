import { join } from 'node:path';
import { startPostgres, startRedis } from '@wbm/embedded';
import { ensureRedisServer } from './ensure-redis-server.ts';
import { checkGivenServer } from './given-server.ts';

/** The database and the Redis of one stack, ours or given. */
export interface Servers {
  /** For migrations only. */
  ownerUrl: string;
  /** For the services: a login that owns nothing. */
  appUrl: string;
  redisUrl: string;
  /** Resolves with a sentence when a server of ours ends although nobody asked it to. */
  failed: Promise<string>;
  stop(): Promise<void>;
}

export interface ServersOptions {
  dataDir: string;
  env: NodeJS.ProcessEnv;
  appPassword: string;
  say: (line: string) => void;
  /** Data nobody will want again: faster, and removed at the end. */
  throwaway: boolean;
}

/**
 * Starts what is not given: `DATABASE_URL` and `REDIS_URL` name servers to use instead. Where only `DATABASE_URL` is
 * given it is taken for the owner's, and the services get a login of their own beside it; with `DATABASE_OWNER_URL`
 * beside it both are used as they are.
 */
export async function startServers({ dataDir, env, appPassword, say, throwaway }: ServersOptions): Promise<Servers> {
  const closers: (() => Promise<void>)[] = [];
  const ends: Promise<string>[] = [];
  let stopping = false;
  const stop = async () => {
    stopping = true;
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    let ownerUrl = env.DATABASE_OWNER_URL || env.DATABASE_URL;
    const named = env.DATABASE_OWNER_URL ? 'DATABASE_OWNER_URL' : 'DATABASE_URL';
    if (ownerUrl) await checkGivenServer('postgres', named, ownerUrl);
    if (env.REDIS_URL) await checkGivenServer('redis', 'REDIS_URL', env.REDIS_URL);
    if (!ownerUrl) {
      const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres'), durable: !throwaway });
      closers.push(() => postgres.stop({ discard: throwaway }));
      ends.push(postgres.exited.then(() => 'Postgres ended unexpectedly.'));
      ownerUrl = postgres.url;
    }
    const appUrl = env.DATABASE_OWNER_URL && env.DATABASE_URL ? env.DATABASE_URL : asApp(ownerUrl, appPassword);
    let redisUrl = env.REDIS_URL;
    if (!redisUrl) {
      const command = ensureRedisServer(say);
      const redis = await startRedis({ dir: join(dataDir, 'redis'), command });
      closers.push(() => redis.stop());
      ends.push(redis.exited.then(() => 'Redis ended unexpectedly.'));
      redisUrl = redis.url;
    }
    const failed = new Promise<string>((resolve) => {
      for (const end of ends) void end.then((sentence) => stopping || resolve(sentence));
    });
    return { ownerUrl, appUrl, redisUrl, failed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function asApp(ownerUrl: string, password: string): string {
  const url = new URL(ownerUrl);
  url.username = 'wbm_app';
  url.password = password;
  return url.href;
}
