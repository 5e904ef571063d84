import { type OwnRedis, ownRedis } from '@wbm/testkit';
import { afterEach, beforeAll, vi } from 'vitest';
import type { HandlerContext } from '../src/index.ts';
import { aBus } from './a-bus.ts';

type Handler = (payload: { thingId: number }, context: HandlerContext) => unknown;

const nothing: Handler = () => undefined;

export const handlers = (onKeep: Handler, onPostpone = nothing, onHurry = nothing) => ({
  'thing.keep': { handler: onKeep, concurrency: 5 },
  'thing.postpone': { handler: onPostpone, concurrency: 5 },
  'thing.hurry': { handler: onHurry, concurrency: 5 },
});

export const until = (check: () => unknown) => vi.waitFor(check, { timeout: 30_000, interval: 10 });

/** A Redis of the file's own, and buses on it under a prefix of each test's own, closed after it. */
export function ownBuses() {
  let redis: OwnRedis;
  let count = 0;
  const open: ReturnType<typeof aBus>[] = [];
  const ownPrefix = () => `t${count}`;

  beforeAll(async () => {
    redis = await ownRedis();
  });
  afterEach(async () => {
    count += 1;
    await Promise.all(open.splice(0).map(({ bus }) => bus.close()));
  });
  return {
    open,
    ownPrefix,
    redisUrl: () => redis.url,
    openOne(prefix = ownPrefix()) {
      const one = aBus(redis.url, prefix);
      open.push(one);
      return one;
    },
  };
}
