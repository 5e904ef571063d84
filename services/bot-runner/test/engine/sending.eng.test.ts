import { waitFor } from '@wbm/testkit';
import { describe, expect, test } from 'vitest';
import { aChat, anId, world } from './a-chat.ts';

describe('sending', () => {
  test('WhatsApp renames the field of the ids', async () => {
    const web = await world.open();
    web.behave({ messageIdKey: '$1' });
    try {
      const { engine, ana } = await aChat();
      const waMessageId = anId();
      expect(await engine.call('send', { jid: ana.jid, text: 'hello', waMessageId, media: null })).toEqual({
        outcome: 'sent',
      });
      expect(await ana.received()).toEqual([{ id: waMessageId, text: 'hello' }]);
      expect(await engine.call('find', { jid: ana.jid, waMessageId })).toBe('there');
      expect(engine.messages()).toHaveLength(1);
    } finally {
      web.behave({ messageIdKey: '_serialized' });
    }
  });

  test('the library answers nothing for a message that left', async () => {
    const { engine, ana, phone } = await aChat();
    phone.device.behave({ sendReturns: 'undefined' });
    const waMessageId = anId();
    expect(await engine.call('send', { jid: ana.jid, text: 'hello', waMessageId, media: null })).toEqual({
      outcome: 'sent',
    });
    expect(await ana.received()).toHaveLength(1);
  });

  test('the customer sees that it was read', async () => {
    const { engine, ana, phone } = await aChat();
    await engine.call('markSeen', { jid: ana.jid });
    expect(phone.seen).toEqual([ana.jid]);
  });

  test('WhatsApp refuses it', async () => {
    const { engine, ana, phone } = await aChat();
    phone.device.nextSend({ outcome: 'error' });
    const answer = await engine.call('send', { jid: ana.jid, text: 'hello', waMessageId: anId(), media: null });
    expect(answer).toMatchObject({ outcome: 'refused' });
  });

  test.each(['lost', 'unanswered', 'hang'] as const)('nobody says what became of it: %s', async (outcome) => {
    const { engine, ana, phone } = await aChat();
    phone.device.nextSend({ outcome });
    const waMessageId = anId();
    const answer = await engine.call('send', { jid: ana.jid, text: 'hello', waMessageId, media: null });
    expect(answer).toEqual({ outcome: 'unknown' });
    expect(await engine.call('find', { jid: ana.jid, waMessageId })).toBe('unknown');
  });

  test('what waits in the page may still leave: nobody says that it is not there', async () => {
    const { engine, ana, phone } = await aChat();
    await phone.device.behave({ handOverMs: 15_000 });
    const waMessageId = anId();
    const answer = await engine.call('send', { jid: ana.jid, text: 'hello', waMessageId, media: null });
    expect(answer).toEqual({ outcome: 'unknown' });
    expect(await engine.call('find', { jid: ana.jid, waMessageId })).toBe('unknown');
    await waitFor(async () => (await ana.received()).length === 1, { what: 'the message', timeoutMs: 30_000 });
    await waitFor(async () => (await engine.call('find', { jid: ana.jid, waMessageId })) === 'there', {
      what: 'the word',
    });
    expect(engine.messages()).toHaveLength(1);
  });

  test('what waited in a page that was loaded again is not there', async () => {
    const { engine, ana, phone } = await aChat();
    await phone.device.behave({ handOverMs: 600_000 });
    const waMessageId = anId();
    const answer = await engine.call('send', { jid: ana.jid, text: 'hello', waMessageId, media: null });
    expect(answer).toEqual({ outcome: 'unknown' });
    engine.forget();
    phone.device.navigate('reload');
    await engine.hears('ready');
    expect(await engine.call('find', { jid: ana.jid, waMessageId })).toBe('absent');
  });

  test('the library throws before the message was added: it did not leave, and can be sent again', async () => {
    const { engine, ana, phone } = await aChat();
    await phone.device.behave({ throwing: ['WAWebSendMsgChatAction.addAndSendMsgToChat'] });
    const message = { jid: ana.jid, text: 'hello', waMessageId: anId(), media: null };
    expect(await engine.call('send', message)).toMatchObject({ outcome: 'not-sent' });
    expect(await engine.call('find', message)).toBe('absent');
    await phone.device.behave({ throwing: [] });
    expect(await engine.call('send', message)).toEqual({ outcome: 'sent' });
    expect(await ana.received()).toEqual([{ id: message.waMessageId, text: 'hello' }]);
    expect(engine.messages()).toHaveLength(1);
  });

  test.each([
    ['WhatsApp has it', { acksBeforeReturn: true }, { outcome: 'sent' }, 'there'],
    ['nobody says what became of it', { outcome: 'lost' }, { outcome: 'unknown' }, 'unknown'],
  ] as const)('the library throws after the message was added, and %s', async (_, becomes, outcome, found) => {
    const { engine, ana, phone } = await aChat();
    await phone.device.behave({ sendReturns: 'error' });
    phone.device.nextSend(becomes);
    const message = { jid: ana.jid, text: 'hello', waMessageId: anId(), media: null };
    expect(await engine.call('send', message)).toEqual(outcome);
    expect(await engine.call('find', message)).toBe(found);
    expect(await ana.received()).toHaveLength(found === 'there' ? 1 : 0);
    expect(engine.messages()).toHaveLength(1);
  });

  test.each([
    ['crash-before', 'absent'],
    ['crash-after', 'there'],
  ] as const)('the page dies while it sends (%s), and afterwards it is %s', async (outcome, found) => {
    const { place, engine, ana, phone } = await aChat();
    phone.device.nextSend({ outcome });
    const waMessageId = anId();
    const answer = await engine.call('send', { jid: ana.jid, text: 'hello', waMessageId, media: null });
    expect(answer).toEqual({ outcome: 'unknown' });
    expect(await engine.hears('failure')).toMatchObject({ fatal: false });
    await engine.kill();
    const again = await place.start();
    await again.hears('ready');
    expect(await again.call('find', { jid: ana.jid, waMessageId })).toBe(found);
  });

  test('nobody has the number, and somebody who must write first', async () => {
    const { engine, phone } = await aChat();
    const nobody = phone.customer({ phone: '+5511900000009', onWhatsApp: false });
    const cold = phone.customer({ phone: '+5511900000008', mustWriteFirst: true });
    const send = (jid: string) => engine.call('send', { jid, text: 'hello', waMessageId: anId(), media: null });
    expect(await send(nobody.jid)).toEqual({
      outcome: 'refused',
      why: 'not-on-whatsapp',
      reason: 'This number is not on WhatsApp.',
    });
    expect(await send(cold.jid)).toMatchObject({
      outcome: 'refused',
      why: 'write-first',
      reason: expect.stringMatching(/must write first/),
    });
  });
});
