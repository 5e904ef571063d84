import { waitFor } from '@wbm/testkit';
import { describe, expect, test } from 'vitest';
import { ANA, anId } from './a-chat.ts';
import { sandboxWorld } from './sandbox-world.ts';
import { webWorld } from './web-world.ts';
import { aReadyEngine, type World } from './world.ts';

/** Of the common suite, what may happen to a message while it is being sent. */
async function aChatIn(world: World) {
  const place = await world.aPlace();
  const engine = await aReadyEngine(place);
  const ana = place.customer(ANA);
  await ana.writes('hi');
  await waitFor(async () => engine.messages().length === 1, { what: 'the message' });
  return { place, engine, ana };
}

describe.each([sandboxWorld, webWorld()])('$name', (world) => {
  test('acks come before the send returns, and out of order: each is told, and of the message that was sent', async () => {
    const { place, engine, ana } = await aChatIn(world);
    const waMessageId = anId();
    await place.acksNext([3, 1]);
    expect(await engine.call('send', { jid: ana.jid, text: 'hello', waMessageId, media: null })).toEqual({
      outcome: 'sent',
    });
    await ana.acks(waMessageId, 2);
    for (const ack of [1, 2, 3]) {
      await engine.hears('ack', (event) => event.waMessageId === waMessageId && event.ack === ack);
    }
    expect(engine.of('ack').every((event) => event.waMessageId === waMessageId)).toBe(true);
    expect(engine.messages()).toHaveLength(1);
    expect(await ana.received()).toEqual([{ id: waMessageId, text: 'hello' }]);
    expect(await engine.call('find', { jid: ana.jid, waMessageId })).toBe('there');
  });

  test.each([
    ['arrives', 'there'],
    ['is lost', 'absent'],
  ] as const)('killed in the middle of a send whose message %s: afterwards it is %s', async (message, found) => {
    const { place, engine, ana } = await aChatIn(world);
    const hello = { jid: ana.jid, text: 'hello', waMessageId: anId(), media: null };
    const handedOver = place.keepsSilentOfNext(message);
    const sending = engine.call('send', hello).catch(() => 'broken off');
    await handedOver;
    await engine.kill();
    expect(await sending).toBe('broken off');
    const again = await place.start();
    await again.hears('ready');
    expect(again.of('qr')).toEqual([]);
    expect(await again.call('find', hello)).toBe(found);
    // What is not there may be sent again, under its id.
    if (found === 'absent') expect(await again.call('send', hello)).toEqual({ outcome: 'sent' });
    expect(await ana.received()).toEqual([{ id: hello.waMessageId, text: 'hello' }]);
    expect(again.messages()).toEqual([]);
  });
});
