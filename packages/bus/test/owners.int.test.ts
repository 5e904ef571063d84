import { describe, expect, test } from 'vitest';
import { keep } from './a-bus.ts';
import { handlers, ownBuses, until } from './own-buses.ts';

const { openOne } = ownBuses();

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
