import { randomBytes } from 'node:crypto';
import { waitFor } from '@wbm/testkit';
import { describe, expect, test } from 'vitest';
import { sandboxWorld } from './sandbox-world.ts';
import { webWorld } from './web-world.ts';
import { aReadyEngine } from './world.ts';

const ANA = { phone: '+5511987650001', name: 'Ana' };
const anId = () => `3EB0${randomBytes(9).toString('hex').toUpperCase()}`;

describe.each([sandboxWorld, webWorld()])('$name', (world) => {
  test('shows a code, is scanned, becomes ready, and is ready again without a scan', async () => {
    const place = await world.aPlace();
    const engine = await place.start();
    const { qr, expiresAt } = await engine.hears('qr');
    expect(new Date(expiresAt).getTime()).toBeGreaterThan(Date.now() + 10_000);
    await place.scan(qr);
    expect(await engine.hears('ready')).toEqual({ event: 'ready', ownNumber: place.ownNumber });
    const besides = ['progress', 'capability'];
    expect(engine.events.map(({ event }) => event).filter((event) => !besides.includes(event))).toEqual([
      'qr',
      'authenticated',
      'ready',
    ]);
    await engine.stop();
    const again = await place.start();
    await again.hears('ready');
    expect(again.of('qr')).toEqual([]);
  });

  test('hears what customers write, in order, with who they are', async () => {
    const place = await world.aPlace();
    const engine = await aReadyEngine(place);
    const ana = place.customer(ANA);
    const texts = ['hi', 'I would like to know', 'what *this* costs 🌵', 'thanks'];
    const ids = [];
    for (const text of texts) ids.push(await ana.writes(text));
    await waitFor(async () => engine.messages().length >= 4, { what: 'four messages' });
    expect(engine.messages().map(({ text }) => text)).toEqual(texts);
    expect(engine.messages().map(({ waMessageId }) => waMessageId)).toEqual(ids);
    expect(engine.messages()[0]).toMatchObject({
      jid: ana.jid,
      fromMe: false,
      type: 'text',
      pushName: 'Ana',
      phone: ANA.phone,
      history: false,
    });
  });

  test('a hidden number is known by its LID', async () => {
    const place = await world.aPlace();
    const engine = await aReadyEngine(place);
    const hidden = place.customer({ phone: '+5511987650002', lid: '99887766' });
    await hidden.writes('hi');
    await waitFor(async () => engine.messages().length > 0, { what: 'the message' });
    expect(engine.messages()[0]).toMatchObject({ jid: '99887766@lid', lid: '99887766' });
    expect(await engine.call('resolveIdentity', { jid: '99887766@lid' })).toMatchObject({ lid: '99887766' });
  });

  test('a message leaves under the id chosen for it, is acknowledged, and is not taken for an answer from the phone', async () => {
    const place = await world.aPlace();
    const engine = await aReadyEngine(place);
    const ana = place.customer(ANA);
    await ana.writes('hi');
    await waitFor(async () => engine.messages().length === 1, { what: 'the message' });
    const waMessageId = anId();
    expect(await engine.call('send', { jid: ana.jid, text: 'hello', waMessageId, media: null })).toEqual({
      outcome: 'sent',
    });
    expect(await ana.received()).toEqual([{ id: waMessageId, text: 'hello' }]);
    await ana.acks(waMessageId, 2);
    await ana.acks(waMessageId, 3);
    await engine.hears('ack', (event) => event.waMessageId === waMessageId && event.ack === 3);
    expect(engine.messages()).toHaveLength(1);
    expect(await engine.call('find', { jid: ana.jid, waMessageId })).toBe('there');
    expect(await engine.call('find', { jid: ana.jid, waMessageId: anId() })).toBe('absent');
  });

  test('what the owner answers on the phone is told as theirs', async () => {
    const place = await world.aPlace();
    const engine = await aReadyEngine(place);
    const ana = place.customer(ANA);
    await ana.writes('hi');
    const id = await place.answers(ana, 'it is me, the owner');
    await waitFor(async () => engine.messages().length === 2, { what: 'both messages' });
    expect(engine.messages()[1]).toMatchObject({
      waMessageId: id,
      jid: ana.jid,
      fromMe: true,
      text: 'it is me, the owner',
    });
  });

  test('hears what becomes of messages, whoever wrote them and whoever does it', async () => {
    const place = await world.aPlace();
    const engine = await aReadyEngine(place);
    const ana = place.customer(ANA);
    const theirs = await ana.writes('I live in Rma');
    await waitFor(async () => engine.messages().length === 1, { what: 'the message' });
    const ours = anId();
    await engine.call('send', { jid: ana.jid, text: 'hello', waMessageId: ours, media: null });
    await ana.edits(theirs, 'I live in Roma');
    await ana.reacts(ours, '👍');
    await ana.reacts(ours, '');
    await place.owner(ana).reacts(theirs, '🙏');
    await place.owner(ana).edits(ours, 'hello there');
    await place.owner(ana).revokes(ours);
    await ana.revokes(theirs);
    await engine.hears('revoke', ({ waMessageId }) => waMessageId === theirs);
    const told = engine.events.flatMap((event) =>
      event.event === 'edit' || event.event === 'revoke' || event.event === 'reaction' ? [event] : [],
    );
    const by = { jid: ana.jid, fromMe: false, at: expect.any(String) };
    expect(told).toEqual([
      { event: 'edit', waMessageId: theirs, text: 'I live in Roma', ...by },
      { event: 'reaction', waMessageId: ours, emoji: '👍', ...by },
      { event: 'reaction', waMessageId: ours, emoji: '', ...by },
      { event: 'reaction', waMessageId: theirs, emoji: '🙏', ...by, fromMe: true },
      { event: 'edit', waMessageId: ours, text: 'hello there', ...by, fromMe: true },
      { event: 'revoke', waMessageId: ours, ...by, fromMe: true },
      { event: 'revoke', waMessageId: theirs, ...by },
    ]);
    expect(engine.messages()).toHaveLength(1);
  });

  test('shows that it types, and stops', async () => {
    const place = await world.aPlace();
    const engine = await aReadyEngine(place);
    const ana = place.customer(ANA);
    await ana.writes('hi');
    await waitFor(async () => engine.messages().length === 1, { what: 'the message' });
    await engine.call('sendTyping', { jid: ana.jid, ms: 60_000 });
    await waitFor(async () => (await place.typing()).at(-1)?.on, { what: 'typing' });
    await engine.call('sendTyping', { jid: ana.jid, ms: 0 });
    await waitFor(async () => (await place.typing()).at(-1)?.on === false, { what: 'no typing' });
  });

  test('what was written while it was stopped arrives when it is back, or is in the history', async () => {
    const place = await world.aPlace();
    const engine = await aReadyEngine(place);
    const ana = place.customer(ANA);
    await ana.writes('before');
    await waitFor(async () => engine.messages().length === 1, { what: 'the message' });
    const since = new Date(Date.now() - 60_000).toISOString();
    await engine.stop();
    await ana.writes('while away');
    const again = await place.start();
    await again.hears('ready');
    const known = async () => {
      const past = await again.call('historySince', { jid: ana.jid, since, until: null, limit: 50 });
      return [...past.messages, ...again.messages()].map(({ text }) => text);
    };
    await waitFor(async () => (await known()).includes('while away'), { what: 'the message of the absence' });
  });

  test('the phone unlinks it: it says so, shows a code, and can be linked again', async () => {
    const place = await world.aPlace();
    const engine = await aReadyEngine(place);
    engine.forget();
    await place.unlink();
    await engine.hears('state', ({ state }) => state === 'logged-out');
    await place.scan((await engine.hears('qr')).qr);
    await engine.hears('ready');
    await engine.stop();
    const again = await place.start();
    await again.hears('ready');
    expect(again.of('qr')).toEqual([]);
  });

  test('logs out by itself, and shows a code', async () => {
    const place = await world.aPlace();
    const engine = await aReadyEngine(place);
    engine.forget();
    await engine.call('logout', {});
    await engine.hears('state', ({ state }) => state === 'logged-out');
    await engine.hears('qr');
    expect(
      await engine.call('send', { jid: '5511987650001@c.us', text: 'x', waMessageId: anId(), media: null }),
    ).toMatchObject({
      outcome: 'not-sent',
    });
  });

  test('is ready again after it was killed, and knows what it sent', async () => {
    const place = await world.aPlace();
    const engine = await aReadyEngine(place);
    const ana = place.customer(ANA);
    await ana.writes('hi');
    await waitFor(async () => engine.messages().length === 1, { what: 'the message' });
    const waMessageId = anId();
    await engine.call('send', { jid: ana.jid, text: 'hello', waMessageId, media: null });
    await engine.kill();
    const again = await place.start();
    await again.hears('ready');
    expect(again.of('qr')).toEqual([]);
    expect(await again.call('find', { jid: ana.jid, waMessageId })).toBe('there');
  });
});
