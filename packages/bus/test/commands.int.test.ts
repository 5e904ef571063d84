import { withCorrelation } from '@wbm/runtime';
import { describe, expect, test } from 'vitest';
import { keep, postpone } from './a-bus.ts';
import { handlers, ownBuses, until } from './own-buses.ts';

const { openOne } = ownBuses();

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
