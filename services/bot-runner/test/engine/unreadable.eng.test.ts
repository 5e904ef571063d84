import { waitFor } from '@wbm/testkit';
import { describe, expect, test } from 'vitest';
import { ANA, aChat } from './a-chat.ts';

describe('what cannot be read', () => {
  test('what the phone alone has is told at once, and what it says when the phone has sent it', async () => {
    const { engine, phone } = await aChat();
    const ana = phone.customer(ANA);
    const { id } = ana.writesUndecrypted({ subtype: 'bot_unavailable_fanout' });
    await engine.hears('message', ({ message }) => message.waMessageId === id, 10_000);
    expect(engine.messages().at(-1)).toMatchObject({ waMessageId: id, type: 'undecrypted', fromMe: false });
    ana.decrypts(id, 'here it is');
    const { message } = await engine.hears('decrypted');
    expect(message).toMatchObject({ waMessageId: id, type: 'text', text: 'here it is' });
    ana.edits(id, 'here it is!');
    expect(await engine.hears('edit')).toMatchObject({ waMessageId: id, text: 'here it is!' });
    expect(engine.of('edit')).toHaveLength(1);
    expect(engine.messages()).toHaveLength(2);
  });

  test('what the owner wrote on the phone is told although it cannot be read', async () => {
    const { engine, phone } = await aChat();
    const fields = { subtype: 'hosted_unavailable_fanout' };
    const { id } = phone.answers(phone.customer(ANA), { type: 'ciphertext', fields });
    await engine.hears('message', ({ message }) => message.waMessageId === id, 10_000);
    expect(engine.messages().at(-1)).toMatchObject({ type: 'undecrypted', fromMe: true });
  });

  test('a message that the library cannot take apart is left out of the past, and named; the others are read', async () => {
    const { engine, phone } = await aChat();
    const ana = phone.customer(ANA);
    const at = (minute: number) => new Date(Date.UTC(2026, 2, 1, 12, minute));
    const [, broken] = ana.history([
      { from: 'customer', content: 'before', at: at(1) },
      { from: 'customer', content: { type: 'chat', body: 'odd', fields: { buttons: {} } }, at: at(2) },
      { from: 'customer', content: 'after', at: at(3) },
    ]);
    const args = { jid: ana.jid, since: at(0).toISOString(), until: at(5).toISOString(), limit: 10 };
    const { messages } = await engine.call('historySince', args);
    expect(messages.map(({ text }) => text)).toEqual(['before', 'after']);
    await waitFor(async () => engine.of('unreadable').length === 1, { what: 'its id' });
    expect(engine.of('unreadable')).toEqual([{ event: 'unreadable', waMessageIds: [broken?.id] }]);
  });
});
