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
});
