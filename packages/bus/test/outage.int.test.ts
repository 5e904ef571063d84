import { type OwnRedis, ownRedis } from '@wbm/testkit';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { SEND_LIMIT_MS } from '../src/connection.ts';
import { aBus, changed, keep, poke, postpone } from './a-bus.ts';
import { askRedis } from './ask-redis.ts';

let redis: OwnRedis;
let count = 0;
const open: ReturnType<typeof aBus>[] = [];
const until = (check: () => unknown) => vi.waitFor(check, { timeout: 30_000, interval: 10 });
/** What is not confirmed within the limit is sent again, as a sweep does; it may have been done all the same. */
const confirmed = (send: () => Promise<boolean>) => until(async () => expect(await send()).toBe(true));

function makeOne(sendLimitMs?: number) {
  const one = aBus(redis.url, `o${count}`, sendLimitMs);
  open.push(one);
  return one;
}

/** A patient worker that remembers what it did, and a sender beside it. */
function pair(sendLimitMs?: number) {
  const [worker, sender] = [makeOne(), makeOne(sendLimitMs)];
  const done: number[] = [];
  const reconnected = vi.fn();
  const remember = { handler: ({ thingId }: { thingId: number }) => done.push(thingId), concurrency: 2 };
  worker.bus.handle('lead-worker', { 'thing.keep': remember, 'thing.postpone': remember, 'thing.hurry': remember });
  worker.bus.listen('lead-worker', { 'thing.poke': ({ thingId }) => done.push(thingId) });
  worker.bus.onReconnect(reconnected);
  worker.bus.start();
  return { worker, sender, done, reconnected };
}

beforeAll(async () => {
  redis = await ownRedis();
});
afterEach(async () => {
  count += 1;
  redis.thaw();
  await Promise.all(open.splice(0).map(({ bus }) => bus.close()));
});

test('frozen for 10 s: senders wait once and then no more, workers and listeners go on afterwards', async () => {
  const { worker, sender, done, reconnected } = pair(SEND_LIMIT_MS);
  await worker.bus.send(keep, { thingId: 1 });
  await until(() => expect(done).toEqual([1]));
  await until(() => expect(reconnected).toHaveBeenCalledTimes(1));
  await until(() => expect(sender.bus.hears()).toBe(true));

  redis.freeze();
  const frozenAt = performance.now();
  expect(await sender.bus.send(keep, { thingId: 2 })).toBe(false);
  // From then on nobody waits: the line is known to be deaf, and the answer is there before anything else has its turn.
  const nextTurn = new Promise((resolve) => setImmediate(() => resolve('waited')));
  const attempts = Promise.all([
    sender.bus.send(postpone, { thingId: 3 }),
    sender.bus.ring(poke, { thingId: 4 }),
    sender.bus.tell(changed, { thingId: 5 }),
  ]);
  expect(await Promise.race([attempts, nextTurn])).toEqual([false, false, false]);
  expect(sender.bus.hears()).toBe(false);
  expect(await sender.metric('wbm_bells_lost_total', 'command="thing.poke"')).toBe('1');
  expect(sender.logged('bus.deaf')).toHaveLength(1);
  await expect(sender.bus.queues()).rejects.toThrow();

  await new Promise((resolve) => setTimeout(resolve, 10_000 - (performance.now() - frozenAt)));
  const dropped = expect.objectContaining({ purpose: 'subscribe' });
  await until(() => expect(worker.logged('bus.disconnected')).toContainEqual(dropped));
  const before = reconnected.mock.calls.length;
  redis.thaw();
  await until(() => expect(sender.bus.hears()).toBe(true));
  expect(sender.logged('bus.hearing')).toMatchObject([{ lost: 4 }]);
  await confirmed(() => sender.bus.send(keep, { thingId: 6 }));
  await until(() => expect(done).toContain(6));
  await until(() => expect(reconnected.mock.calls.length).toBeGreaterThan(before));
  await confirmed(() => sender.bus.ring(poke, { thingId: 7 }));
  await until(() => expect(done).toContain(7));
  // Of the first nobody knows; the others never left.
  expect(new Set(done.filter((id) => id !== 2))).toEqual(new Set([1, 6, 7]));
  expect(worker.bus.hears()).toBe(true);
});

test('flushed: what is sent afterwards is handled, under the same deduplication ids too', async () => {
  const { sender, done } = pair();
  await sender.bus.send(postpone, { thingId: 1 }, { delayMs: 60_000 });
  await askRedis(redis.url, (raw) => raw.flushall());
  expect(await sender.bus.send(postpone, { thingId: 1 })).toBe(true);
  await until(() => expect(done).toEqual([1]));
  // Also when it happens while the worker sits in its blocking read, and while a job is at work.
  await askRedis(redis.url, (raw) => raw.flushall());
  await sender.bus.send(keep, { thingId: 2 });
  await until(() => expect(done).toEqual([1, 2]));
});

test('flushed during a run: the run ends and the next bell is handled', async () => {
  const { worker, sender } = pair();
  await worker.bus.close();
  const again = makeOne();
  const gate = Promise.withResolvers<void>();
  let runs = 0;
  const handling = {
    handler: async () => {
      runs += 1;
      if (runs === 1) await gate.promise;
    },
    concurrency: 1,
  };
  again.bus.handle('lead-worker', { 'thing.keep': handling, 'thing.postpone': handling, 'thing.hurry': handling });
  again.bus.start();
  await sender.bus.send(keep, { thingId: 1 });
  await until(() => expect(runs).toBe(1));
  await askRedis(redis.url, (raw) => raw.flushall());
  gate.resolve();
  await sender.bus.send(keep, { thingId: 1 });
  await until(() => expect(runs).toBe(2));
});

test('killed and started again: scripts are loaded again, subscriptions renewed, nobody needs a restart', async () => {
  const { worker, sender, done, reconnected } = pair(SEND_LIMIT_MS);
  await worker.bus.send(keep, { thingId: 1 });
  await until(() => expect(done).toEqual([1]));
  await until(() => expect(reconnected).toHaveBeenCalledTimes(1));
  await until(() => expect(sender.bus.hears()).toBe(true));
  await redis.stop('kill');
  expect(await sender.bus.send(keep, { thingId: 2 })).toBe(false);
  await redis.start();
  await until(() => expect(sender.bus.hears()).toBe(true));
  await confirmed(() => sender.bus.send(keep, { thingId: 3 }));
  await until(() => expect(done).toContain(3));
  await until(() => expect(reconnected.mock.calls.length).toBeGreaterThanOrEqual(2));
  await confirmed(() => sender.bus.ring(poke, { thingId: 4 }));
  await until(() => expect(done).toContain(4));
});

test('away at the start: opening, starting and sending do not wait for it, all of it works once it is there', async () => {
  await redis.stop('kill');
  const { sender, done } = pair(SEND_LIMIT_MS);
  expect(await sender.bus.send(keep, { thingId: 1 })).toBe(false);
  await redis.start();
  await until(() => expect(sender.bus.hears()).toBe(true));
  await confirmed(() => sender.bus.send(keep, { thingId: 2 }));
  await until(() => expect(done).toContain(2));
});

test('frozen while stopping: what is held finishes, and the stop does not wait for Redis', async () => {
  const { worker, sender } = pair();
  await worker.bus.close();
  const again = aBus(redis.url, `o${count}`, SEND_LIMIT_MS);
  const states: string[] = [];
  const gate = Promise.withResolvers<void>();
  const handling = {
    handler: async () => {
      states.push('begin');
      await gate.promise;
      states.push('end');
    },
    concurrency: 1,
  };
  again.bus.handle('lead-worker', { 'thing.keep': handling, 'thing.postpone': handling, 'thing.hurry': handling });
  again.bus.start();
  await sender.bus.send(keep, { thingId: 1 });
  await until(() => expect(states).toEqual(['begin']));
  redis.freeze();
  const stopped = again.bus.drain().then(() => again.bus.close());
  gate.resolve();
  // It is frozen still.
  await stopped;
  expect(states).toEqual(['begin', 'end']);
});
