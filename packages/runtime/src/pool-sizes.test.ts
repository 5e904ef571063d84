import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkPoolBudget, poolEnv, poolSizeOf } from './pool-sizes.ts';

const config = (given: Record<string, string> = {}) => z.object(poolEnv).parse(given);

test('the defaults fit a Postgres as it comes', () => {
  expect(() => checkPoolBudget({ config: config(), maxConnections: 100, reserved: 3 })).not.toThrow();
  expect(poolSizeOf('scheduler', config({ SCHEDULER_POOL_SIZE: '2' }))).toBe(2);
});

test('a runner needs a connection for its lease and one for everything else', () => {
  expect(() => config({ BOT_RUNNER_POOL_SIZE: '1' })).toThrow();
  expect(() => config({ BOT_RUNNER_POOL_SIZE: '2', SCHEDULER_POOL_SIZE: '1' })).not.toThrow();
});

test('replicas count, and the refusal says who wants how much', () => {
  const greedy = config({ BOT_RUNNER_REPLICAS: '8' });
  expect(() => checkPoolBudget({ config: greedy, maxConnections: 100, reserved: 3 })).toThrow(
    /want 115 connections, but Postgres grants 97 .*BOT_RUNNER_POOL_SIZE 10 × BOT_RUNNER_REPLICAS 8/,
  );
});
