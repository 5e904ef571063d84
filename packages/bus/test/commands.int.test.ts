import { withCorrelation } from '@wbm/runtime';
import { describe, expect, test, vi } from 'vitest';
import { keep, postpone } from './a-bus.ts';
import { askRedis } from './ask-redis.ts';
import { handlers, ownBuses, until } from './own-buses.ts';

const { openOne, ownPrefix, redisUrl } = ownBuses();

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
      { command: 'thing.hurry', waiting: 0, active: 0, delayed: 0, failed: 0, oldestAgeSeconds: 0 },
    ]);
  });

  test('postponed: the last bell says when, later or sooner', async () => {
    const { bus } = openOne();
    const handled = vi.fn();
    bus.handle('lead-worker', handlers(() => undefined, handled)); // biome-ignore format: reads better
    bus.start();
    const began = Date.now();
    await bus.send(postpone, { thingId: 1 }, { delayMs: 300_000 });
    await bus.send(postpone, { thingId: 1 }, { delayMs: 600_000 });
    // BullMQ keeps when a job is due, times 4,096, as its score.
    const key = `{${ownPrefix()}.thing.postpone}:thing.postpone:delayed`;
    const [, score, ...others] = await askRedis(redisUrl(), (raw) => raw.zrange(key, '0', '-1', 'WITHSCORES'));
    expect(others).toEqual([]);
    expect(Number(score) / 4_096).toBeGreaterThanOrEqual(began + 600_000);
    await bus.send(postpone, { thingId: 1 });
    await until(() => expect(handled).toHaveBeenCalledTimes(1));
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
