import type { Logger } from '@wbm/runtime';
import { Redis, type RedisOptions } from 'ioredis';

/** No send, ring or tell takes longer than this, whatever Redis does. */
export const SEND_LIMIT_MS = 900;

const quickRetry = (times: number) => Math.min(50 * 2 ** Math.min(times, 10), 1_000);

/**
 * `send` gives up quickly and never queues behind an outage. `work` waits as long as it must, but notices a peer that
 * went away without a word: blocking reads answer every 5 to 10 seconds, so 15 silent ones mean a dead socket.
 * `subscribe` is pinged every 5 seconds for the same reason, because a subscription alone is silent by nature.
 */
const optionsOf = (sendLimitMs: number): Record<'send' | 'work' | 'subscribe', RedisOptions> => ({
  send: {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: sendLimitMs,
    socketTimeout: Math.max(3_000, sendLimitMs),
  },
  work: { maxRetriesPerRequest: null, socketTimeout: 15_000 },
  subscribe: { maxRetriesPerRequest: null, autoResubscribe: false, socketTimeout: 4_000 },
});

export type Purpose = keyof ReturnType<typeof optionsOf>;

/** A connection that reconnects by itself for as long as it is open, and says once when it loses Redis and finds it. */
export function connect(
  redisUrl: string,
  purpose: Purpose,
  log: Logger,
  connectionName: string,
  sendLimitMs: number,
): Redis {
  const options: RedisOptions & { replyMapping: 'legacy' } = {
    ...optionsOf(sendLimitMs)[purpose],
    replyMapping: 'legacy',
    connectionName,
    keepAlive: 10_000,
    connectTimeout: 5_000,
    retryStrategy: quickRetry,
    // A replica that was just demoted answers READONLY: find the new primary.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  };
  const redis = new Redis(redisUrl, options);
  let up = false;
  redis.on('ready', () => {
    up = true;
    log.info({ purpose }, 'bus.connected');
  });
  redis.on('close', () => {
    if (up) log.warn({ purpose }, 'bus.disconnected');
    up = false;
  });
  // Without a listener ioredis prints to the console; every failed reconnect ends up here.
  redis.on('error', (err) => log.debug({ purpose, err }, 'bus.connection-error'));
  return redis;
}
