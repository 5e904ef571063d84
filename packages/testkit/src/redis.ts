import { randomBytes } from 'node:crypto';
import { sharedServers } from './shared-servers.ts';

/** The Redis all test files share: for tests that neither flush, stop nor freeze it. */
export function redisUrl(): string {
  return sharedServers().redisUrl;
}

/** A REDIS_PREFIX of one's own in the shared Redis. */
export function redisPrefix(): string {
  return `t${randomBytes(5).toString('hex')}`;
}
