import { withCorrelation } from '@wbm/runtime';
import { describe, expect, test, vi } from 'vitest';
import { changed, poke } from './a-bus.ts';
import { askRedis } from './ask-redis.ts';
import { ownBuses, until } from './own-buses.ts';

const { openOne, ownPrefix, redisUrl } = ownBuses();

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
    // Rung last: what the other one should not hear it would have heard before this.
    expect(await withCorrelation('c2', () => other.bus.ring(poke, { thingId: 7 }))).toBe(true);
    const expected = [
      [0, 5, 'c1'],
      [1, 5, 'c1'],
      [0, 'THING', 6],
      [1, 'THING', 6],
      [2, 7, 'c2'],
    ];
    await until(() => expect(heard).toEqual(expect.arrayContaining(expected)));
    expect(heard).toHaveLength(expected.length);
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
    await askRedis(redisUrl(), async (raw) => {
      await raw.publish(`${ownPrefix()}.bell.thing.poke`, 'not json');
      await raw.publish(`${ownPrefix()}.news`, JSON.stringify({ id: 'NOPE', cid: 'c', payload: {} }));
    });
    await bus.ring(poke, { thingId: 1 });
    await until(() => expect(listener).toHaveBeenCalledTimes(1));
    expect(logged('bell.poison').map((line) => line.command)).toEqual(['thing.poke', '(news)']);
    expect(await metric('wbm_bus_poison_total', 'command="thing.poke"')).toBe('1');
    await until(() => expect(logged('bus.listener-failed')).toHaveLength(1));
  });
});
