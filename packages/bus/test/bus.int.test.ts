import { Permanent, Transient, withCorrelation } from '@wbm/runtime';
import { type OwnRedis, ownRedis } from '@wbm/testkit';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { HandlerContext } from '../src/index.ts';
import { aBus, changed, keep, poke, postpone } from './a-bus.ts';
import { askRedis } from './ask-redis.ts';

let redis: OwnRedis;
let count = 0;
const open: ReturnType<typeof aBus>[] = [];
const openOne = (prefix = `t${count}`) => {
  const one = aBus(redis.url, prefix);
  open.push(one);
  return one;
};
type Handler = (payload: { thingId: number }, context: HandlerContext) => unknown;
const handlers = (onKeep: Handler, onPostpone: Handler = () => undefined) => ({
  'thing.keep': { handler: onKeep, concurrency: 5 },
  'thing.postpone': { handler: onPostpone, concurrency: 5 },
});
const until = (check: () => unknown) => vi.waitFor(check, { timeout: 8_000, interval: 10 });

beforeAll(async () => {
  redis = await ownRedis();
});
afterEach(async () => {
  count += 1;
  await Promise.all(open.splice(0).map(({ bus }) => bus.close()));
});

describe('commands', () => {
  test('arrive parsed, with the correlation of who rang', async () => {
    const { bus, lines, log } = openOne();
    const seen: unknown[] = [];
    bus.handle('lead-worker', handlers((payload, { cid, attempt }) => {
      seen.push({ payload, cid, attempt });
      log.info('in.handler');
    })); // biome-ignore format: reads better
    bus.start();
    expect(
      await withCorrelation('story-1', () => bus.send(keep, { thingId: 1, extra: 'dropped' } as { thingId: number })),
    ).toBe(true);
    await until(() => expect(seen).toEqual([{ payload: { thingId: 1 }, cid: 'story-1', attempt: 1 }]));
    expect(lines.find((line) => line.event === 'in.handler')).toMatchObject({ cid: 'story-1' });
  });

  test('that do not fit their contract are a bug of the sender', async () => {
    const { bus } = openOne();
    await expect(bus.send(keep, { thingId: 'one' } as never)).rejects.toThrow(/thingId/);
  });

  test('that wait together are one; one that rings during the run is kept for one more', async () => {
    const { bus } = openOne();
    let running = 0;
    const gate = Promise.withResolvers<void>();
    const sender = openOne().bus;
    for (let index = 0; index < 5; index += 1) expect(await sender.send(keep, { thingId: 1 })).toBe(true);
    bus.handle('lead-worker', handlers(async () => {
      running += 1;
      if (running === 1) await gate.promise;
    })); // biome-ignore format: reads better
    bus.start();
    await until(() => expect(running).toBe(1));
    for (let index = 0; index < 5; index += 1) await sender.send(keep, { thingId: 1 });
    gate.resolve();
    await until(() => expect(running).toBe(2));
    await bus.drain();
    expect(running).toBe(2);
    expect(await sender.queues()).toEqual([
      { command: 'thing.keep', waiting: 0, active: 0, delayed: 0, failed: 0, oldestAgeSeconds: 0 },
      { command: 'thing.postpone', waiting: 0, active: 0, delayed: 0, failed: 0, oldestAgeSeconds: 0 },
    ]);
  });

  test('postponed: the last bell says when, later or sooner', async () => {
    const { bus } = openOne();
    const at: number[] = [];
    bus.handle(
      'lead-worker',
      handlers(
        () => undefined,
        () => at.push(performance.now()),
      ),
    );
    bus.start();
    const began = performance.now();
    await bus.send(postpone, { thingId: 1 }, { delayMs: 100 });
    await bus.send(postpone, { thingId: 1 }, { delayMs: 700 });
    await until(() => expect(at).toHaveLength(1));
    expect((at[0] ?? 0) - began).toBeGreaterThanOrEqual(690);
    await bus.send(postpone, { thingId: 2 }, { delayMs: 60_000 });
    await bus.send(postpone, { thingId: 2 });
    await until(() => expect(at).toHaveLength(2));
  });

  test('a bell with a delay that rings during the run keeps its delay', async () => {
    const { bus } = openOne();
    const at: number[] = [];
    const gate = Promise.withResolvers<void>();
    bus.handle('lead-worker', handlers(() => undefined, async () => {
      at.push(performance.now());
      if (at.length === 1) await gate.promise;
    })); // biome-ignore format: reads better
    bus.start();
    await bus.send(postpone, { thingId: 1 });
    await until(() => expect(at).toHaveLength(1));
    await bus.send(postpone, { thingId: 1 }, { delayMs: 400 });
    gate.resolve();
    const released = performance.now();
    await until(() => expect(at).toHaveLength(2));
    expect((at[1] ?? 0) - released).toBeGreaterThan(300);
  });
});

describe('failures', () => {
  test('transient ones are tried again as the contract says', async () => {
    const { bus, logged, metric } = openOne();
    const attempts: number[] = [];
    bus.handle('lead-worker', handlers((_payload, { attempt }) => {
      attempts.push(attempt);
      if (attempt < 3) throw new Transient('db.away', 'no answer');
    })); // biome-ignore format: reads better
    bus.start();
    await bus.send(keep, { thingId: 1 });
    await until(() => expect(attempts).toEqual([1, 2, 3]));
    expect(logged('command.retried')).toHaveLength(2);
    expect(await metric('wbm_handler_seconds_count', 'command="thing.keep"', 'outcome="transient"')).toBe('2');
  });

  test('permanent ones are not, and are kept to be looked at by code', async () => {
    const { bus, logged } = openOne();
    const handler = vi.fn(() => {
      throw new Permanent('ai.refused', 'Maria wrote to +5511912345678');
    });
    bus.handle('lead-worker', handlers(handler));
    bus.start();
    await withCorrelation('story-2', () => bus.send(keep, { thingId: 1 }));
    await until(async () =>
      expect((await bus.failed())['thing.keep']).toMatchObject([{ reason: 'ai.refused', cid: 'story-2', attempts: 1 }]),
    );
    expect(handler).toHaveBeenCalledTimes(1);
    expect(logged('command.failed')).toMatchObject([{ command: 'thing.keep', code: 'ai.refused', cid: 'story-2' }]);
    expect(await everything(redis)).not.toMatch(/Maria|91234/);
    // A kept failure does not block the next bell.
    await bus.send(keep, { thingId: 1 });
    await until(() => expect(handler).toHaveBeenCalledTimes(2));
  });

  test('bugs are logged once with their stack, tried again, and leave no message in Redis', async () => {
    const { bus, logged } = openOne();
    bus.handle('lead-worker', handlers(() => {
      throw new TypeError('undefined is not Maria');
    })); // biome-ignore format: reads better
    bus.start();
    await bus.send(keep, { thingId: 1 });
    await until(() => expect(logged('command.failed')).toHaveLength(1));
    const lines = [...logged('command.bug'), ...logged('command.failed')];
    expect(lines.map((line) => [line.attempt, 'err' in line])).toEqual([
      [1, true],
      [2, false],
      [3, false],
    ]);
    await until(async () =>
      expect((await bus.failed())['thing.keep']).toMatchObject([{ reason: 'TypeError', attempts: 3 }]),
    );
    expect(await everything(redis)).not.toContain('Maria');
  });

  test('a handler that outstays its deadline is aborted and tried again', async () => {
    const { bus, logged, metric } = openOne();
    const seen: boolean[] = [];
    bus.handle('lead-worker', handlers(() => undefined, async (_payload, { signal, attempt }) => {
      if (attempt === 1) await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      if (attempt === 2) await new Promise(() => undefined);
      seen.push(signal.aborted);
    })); // biome-ignore format: reads better
    bus.start();
    await bus.send(postpone, { thingId: 1 });
    await until(() => expect(seen).toEqual([false]));
    expect(logged('command.retried').map((line) => line.code)).toEqual(['bus.deadline', 'bus.deadline']);
    expect(await metric('wbm_handler_seconds_count', 'command="thing.postpone"', 'outcome="transient"')).toBe('2');
  });

  test('poison fails at once, is counted, tells the owner its ids and never its content', async () => {
    const { bus, logged, metric } = openOne();
    const handler = vi.fn();
    const onPoison = vi.fn();
    const both = handlers(handler);
    bus.handle('lead-worker', { ...both, 'thing.keep': { ...both['thing.keep'], onPoison } });
    bus.start();
    const { Queue } = await import('bullmq');
    const { Redis } = await import('ioredis');
    const connection = new Redis(redis.url);
    const queue = new Queue('thing.keep', { connection, prefix: `{t${count}.thing.keep}` });
    const attempts = { attempts: 5 };
    await queue.add(
      'thing.keep',
      { cid: 'c', payload: { thingId: 'Maria Silva', botId: 'demo', text: 'secret' } },
      attempts,
    );
    await queue.add('thing.keep', 'not an envelope', attempts);
    await queue.add('thing.unknown', { cid: 'c', payload: { thingId: 1 } }, attempts);
    await until(async () => expect(await metric('wbm_bus_poison_total', 'command="thing.keep"')).toBe('3'));
    await until(async () =>
      expect((await bus.failed())['thing.keep']?.map((job) => [job.reason, job.attempts])).toEqual(
        Array(3).fill(['poison', 1]),
      ),
    );
    expect(handler).not.toHaveBeenCalled();
    expect(onPoison.mock.calls).toEqual([
      [{ command: 'thing.keep', ids: { botId: 'demo' } }],
      [{ command: 'thing.keep', ids: {} }],
      [{ command: 'thing.keep', ids: {} }],
    ]);
    expect(logged('command.poison').map((line) => line.paths)).toEqual([
      ['payload.thingId'],
      ['(envelope)'],
      ['(unknown id)'],
    ]);
    expect(JSON.stringify(open.flatMap((one) => one.lines))).not.toMatch(/Maria|secret/);
    // The queue goes on.
    await bus.send(keep, { thingId: 1 });
    await until(() => expect(handler).toHaveBeenCalledTimes(1));
    await until(async () =>
      expect(await metric('wbm_queue_depth', 'command="thing.keep"', 'state="failed"')).toBe('3'),
    );
    await queue.close();
    connection.disconnect();
  });
});

describe('bells and news', () => {
  test('reach every listening process, and only of their own installation', async () => {
    const [one, two, other] = [openOne(), openOne(), openOne('elsewhere')];
    const heard: unknown[] = [];
    const subscribed = vi.fn();
    for (const [index, { bus }] of [one, two, other].entries()) {
      bus.listen('lead-worker', { 'thing.poke': (payload, { cid }) => heard.push([index, payload.thingId, cid]) });
      bus.onNews((told) => heard.push([index, told.id, told.news.thingId]));
      bus.onReconnect(subscribed);
      bus.start();
    }
    await until(() => expect(subscribed).toHaveBeenCalledTimes(3));
    expect(await withCorrelation('c1', () => one.bus.ring(poke, { thingId: 5 }))).toBe(true);
    expect(await one.bus.tell(changed, { thingId: 6 })).toBe(true);
    await until(() => expect(heard).toHaveLength(4));
    expect(heard).toEqual(
      expect.arrayContaining([
        [0, 5, 'c1'],
        [1, 5, 'c1'],
        [0, 'THING', 6],
        [1, 'THING', 6],
      ]),
    );
  });

  test('a failing listener and an unreadable bell are logged and counted, and the next one is heard', async () => {
    const { bus, logged, metric } = openOne();
    const listener = vi.fn(() => {
      throw new Error('no');
    });
    const subscribed = vi.fn();
    bus.listen('lead-worker', { 'thing.poke': listener });
    bus.onNews(() => undefined);
    bus.onReconnect(subscribed);
    bus.start();
    await until(() => expect(subscribed).toHaveBeenCalled());
    await askRedis(redis.url, async (raw) => {
      await raw.publish(`t${count}.bell.thing.poke`, 'not json');
      await raw.publish(`t${count}.news`, JSON.stringify({ id: 'NOPE', cid: 'c', payload: {} }));
    });
    await bus.ring(poke, { thingId: 1 });
    await until(() => expect(listener).toHaveBeenCalledTimes(1));
    expect(logged('bell.poison').map((line) => line.command)).toEqual(['thing.poke', '(news)']);
    expect(await metric('wbm_bus_poison_total', 'command="thing.poke"')).toBe('1');
    await until(() => expect(logged('bus.listener-failed')).toHaveLength(1));
  });
});

describe('owners', () => {
  test('forgetting a handler or naming a foreign one does not compile', () => {
    const { bus } = openOne();
    const none = { handler: () => undefined, concurrency: 1 };
    // @ts-expect-error thing.postpone has no handler
    bus.handle('lead-worker', { 'thing.keep': none });
    // A service that owns nothing at all is the one case only noticed at the start.
    expect(() => bus.handle('scheduler', { 'thing.keep': none })).toThrow(/belongs to lead-worker/);
    // @ts-expect-error no listener for thing.poke
    bus.listen('lead-worker', {});
  });

  test('a drained bus has finished what it held, and still sends', async () => {
    const { bus } = openOne();
    const states: string[] = [];
    bus.handle('lead-worker', handlers(async ({ thingId }) => {
      states.push(`begin ${thingId}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
      states.push(`end ${thingId}`);
    })); // biome-ignore format: reads better
    bus.start();
    await bus.send(keep, { thingId: 1 });
    await until(() => expect(states).toEqual(['begin 1']));
    await bus.drain();
    expect(states).toEqual(['begin 1', 'end 1']);
    expect(await bus.send(keep, { thingId: 2 })).toBe(true);
    expect((await bus.queues())[0]).toMatchObject({ command: 'thing.keep', waiting: 1, active: 0 });
    expect(states).toHaveLength(2);
  });
});

/** All keys and values of the server, as text. */
async function everything({ url }: OwnRedis): Promise<string> {
  return askRedis(url, async (raw) => {
    const keys = await raw.keys('*');
    const dumps = await Promise.all(keys.map((key) => raw.dumpBuffer(key)));
    return [...keys, ...dumps.map((dump) => dump?.toString('latin1'))].join('\n');
  });
}
