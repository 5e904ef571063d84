import { Permanent, Transient, withCorrelation } from '@wbm/runtime';
import { describe, expect, test, vi } from 'vitest';
import { hurry, keep } from './a-bus.ts';
import { askRedis } from './ask-redis.ts';
import { handlers, ownBuses, until } from './own-buses.ts';

const { open, openOne, ownPrefix, redisUrl } = ownBuses();

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
    expect(await everything(redisUrl())).not.toMatch(/Maria|5511912345678/);
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
    expect(await everything(redisUrl())).not.toContain('Maria');
  });

  test('a handler that outstays its deadline is aborted and tried again', async () => {
    const { bus, logged, metric } = openOne();
    const seen: boolean[] = [];
    bus.handle('lead-worker', handlers(() => undefined, () => undefined, async (_payload, { signal, attempt }) => {
      if (attempt === 1) await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      if (attempt === 2) await new Promise(() => undefined);
      seen.push(signal.aborted);
    })); // biome-ignore format: reads better
    bus.start();
    await bus.send(hurry, { thingId: 1 });
    await until(() => expect(seen).toEqual([false]));
    expect(logged('command.retried').map((line) => line.code)).toEqual(['bus.deadline', 'bus.deadline']);
    expect(await metric('wbm_handler_seconds_count', 'command="thing.hurry"', 'outcome="transient"')).toBe('2');
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
    const connection = new Redis(redisUrl());
    const queue = new Queue('thing.keep', { connection, prefix: `{${ownPrefix()}.thing.keep}` });
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
    // They are handled at once, in whatever order.
    expect(onPoison.mock.calls.map((poison) => JSON.stringify(poison)).toSorted()).toEqual([
      '[{"command":"thing.keep","ids":{"botId":"demo"}}]',
      '[{"command":"thing.keep","ids":{}}]',
      '[{"command":"thing.keep","ids":{}}]',
    ]);
    expect(
      logged('command.poison')
        .map((line) => String(line.paths))
        .toSorted(),
    ).toEqual(['(envelope)', '(unknown id)', 'payload.thingId']);
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

/** All keys and values of the server, as text. */
async function everything(url: string): Promise<string> {
  return askRedis(url, async (raw) => {
    const keys = await raw.keys('*');
    const dumps = await Promise.all(keys.map((key) => raw.dumpBuffer(key)));
    return [...keys, ...dumps.map((dump) => dump?.toString('latin1'))].join('\n');
  });
}
