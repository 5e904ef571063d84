import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { BotClient } from './bot-client.ts';
import { CapabilityWatch } from './capability-watch.ts';
import type { Capability } from './check-capabilities.ts';

const client = {} as BotClient;
const can = (name: Capability['name'], available: boolean): Capability => ({
  name,
  available,
  reason: available ? null : 'why',
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('tells all of it at first, then looks again for what is missing and tells what changed', async () => {
  const told: Capability[] = [];
  let found = [can('helpers', true), can('media-out', false)];
  const watch = new CapabilityWatch(
    (one) => told.push(one),
    async () => found,
  );
  watch.begin(client, 'me@c.us');
  await vi.advanceTimersByTimeAsync(0);
  expect(told.splice(0)).toEqual(found);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(told).toEqual([]);
  found = [can('helpers', true), can('media-out', true)];
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told.splice(0)).toEqual([can('media-out', true)]);
  found = [can('helpers', false), can('media-out', true)];
  await vi.advanceTimersByTimeAsync(600_000);
  expect(told).toEqual([]);
});

test('what a session of before still answers is told no more', async () => {
  const told: Capability[] = [];
  const answer = Promise.withResolvers<Capability[]>();
  const watch = new CapabilityWatch(
    (one) => told.push(one),
    () => answer.promise,
  );
  watch.begin(client, 'me@c.us');
  watch.stop();
  answer.resolve([can('state', true)]);
  await vi.advanceTimersByTimeAsync(100_000);
  expect(told).toEqual([]);
});
