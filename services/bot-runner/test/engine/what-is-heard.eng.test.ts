import { waitFor } from '@wbm/testkit';
import { describe, expect, test } from 'vitest';
import { ANA, aChat } from './a-chat.ts';

describe('what is heard', () => {
  test('all kinds of messages keep their kind, and only persons are heard', async () => {
    const { engine, phone } = await aChat();
    const ana = phone.customer(ANA);
    const bytes = new Uint8Array(200).fill(7);
    ana.writes({ media: 'image', bytes, mimetype: 'image/png', caption: 'my garden' });
    ana.writes({ media: 'voice', bytes, mimetype: 'audio/ogg' });
    ana.writes({ media: 'document', bytes, mimetype: 'application/pdf', filename: 'offer.pdf' });
    ana.writes({ media: 'sticker', bytes, mimetype: 'image/webp' });
    ana.writes({ location: { latitude: -23.5, longitude: -46.6, name: 'Home' } });
    ana.writes({ type: 'location', fields: { lat: -23.5, lng: -46.6, isLive: true } });
    ana.writes({ contacts: [{ name: 'Bea', phone: '+5511987650002' }] });
    ana.writes({ type: 'poll_creation', fields: { pollName: 'When?', pollOptions: [{ name: 'today' }] } });
    ana.writes({ type: 'image', fields: { isViewOnce: true } });
    ana.writes({ type: 'from_the_future', body: 'what is this?' });
    phone.group('Friends', [ana]).writes(ana, 'in a group');
    phone.broadcast('status@broadcast', ana, 'a status');
    phone.broadcast('120363000000000000@newsletter', ana, 'a channel');
    ana.writes({ type: 'e2e_notification' });
    ana.writes('last');
    await waitFor(async () => engine.messages().at(-1)?.text === 'last', { what: 'the last message' });
    expect(
      engine
        .messages()
        .slice(1)
        .map(({ type, text }) => [type, text]),
    ).toEqual([
      ['image', 'my garden'],
      ['voice', ''],
      ['document', ''],
      ['sticker', ''],
      ['location', expect.stringContaining('-23.5, -46.6')],
      ['location', '[live location]\n-23.5, -46.6'],
      ['contact', 'Bea'],
      ['other', 'When?\n- today'],
      ['image', '[can be viewed once, on the phone]'],
      ['other', 'what is this?'],
      ['text', 'last'],
    ]);
  });

  test('edits, revocations and reactions', async () => {
    const { engine, phone } = await aChat();
    const ana = phone.customer(ANA);
    const [typo, secret] = [ana.writes('I live in Rma'), ana.writes('oops')];
    await waitFor(async () => engine.messages().length === 3, { what: 'both messages' });
    ana.edits(typo.id, 'I live in Roma');
    ana.revokes(secret.id);
    ana.reacts(typo.id, '👍');
    expect(await engine.hears('edit')).toMatchObject({ waMessageId: typo.id, jid: ana.jid, text: 'I live in Roma' });
    expect(await engine.hears('revoke')).toMatchObject({ waMessageId: secret.id, jid: ana.jid });
    expect(await engine.hears('reaction')).toMatchObject({ waMessageId: typo.id, emoji: '👍', fromMe: false });
  });

  test('a message that cannot be read in time, and its text when it can', async () => {
    const { engine, phone } = await aChat();
    const ana = phone.customer(ANA);
    const { id } = ana.writesUndecrypted();
    await engine.hears('message', ({ message }) => message.type === 'undecrypted', 30_000);
    ana.decrypts(id, 'here it is');
    const { message } = await engine.hears('decrypted');
    expect(message).toMatchObject({
      waMessageId: id,
      jid: ana.jid,
      type: 'text',
      text: 'here it is',
      phone: ANA.phone,
    });
    expect(engine.of('edit')).toEqual([]);
    expect(engine.messages().filter((one) => one.waMessageId === id)).toHaveLength(1);
  });

  test('what stands in the chat with oneself is nobody’s message', async () => {
    const { place, engine, phone } = await aChat();
    const ana = phone.customer(ANA);
    const byNumber = phone.customer({ phone: place.ownNumber });
    const byLid = phone.customer({ phone: place.ownNumber, lid: phone.lid.split('@')[0] ?? '', addressedBy: 'lid' });
    for (const me of [byNumber, byLid]) phone.answers(me, 'a note to myself');
    ana.writes('last');
    await waitFor(async () => engine.messages().at(-1)?.text === 'last', { what: 'the last message' });
    expect(engine.messages().map(({ text }) => text)).toEqual(['hi', 'last']);
    const since = new Date(Date.now() - 60_000).toISOString();
    expect(await engine.call('activeChats', { since, limit: 10 })).toEqual([ana.jid]);
  });

  test('the past of a chat since then, oldest first', async () => {
    const { engine, phone } = await aChat();
    const ana = phone.customer(ANA);
    const at = (day: number) => new Date(Date.UTC(2026, 2, day));
    ana.history(
      Array.from({ length: 25 }, (_, index) => ({
        from: index % 2 === 0 ? ('customer' as const) : ('business' as const),
        content: `day ${index + 1}`,
        at: at(index + 1),
      })),
    );
    const read = async (since: number, until: string | null, limit: number) =>
      engine.call('historySince', { jid: ana.jid, since: at(since).toISOString(), until, limit });
    const { messages: past } = await read(10, null, 100);
    expect(past.map(({ text }) => text)).toEqual([
      ...Array.from({ length: 16 }, (_, index) => `day ${index + 10}`),
      'hi',
    ]);
    expect(past[0]).toMatchObject({ history: true, fromMe: true, phone: ANA.phone });
    const few = await read(1, null, 3);
    expect(few.messages.map(({ text }) => text)).toEqual(['day 24', 'day 25', 'hi']);
    const before = await read(1, few.earlier, 3);
    expect(before.messages.map(({ text }) => text)).toEqual(['day 22', 'day 23', 'day 24']);
    expect(before.earlier).toBe(at(22).toISOString());
    expect((await read(22, before.earlier, 3)).earlier).toBeNull();
  });

  test('what is told as new although it was written before the session came back', async () => {
    const { place, engine, phone } = await aChat();
    await engine.stop();
    await waitFor(() => phone.device.liveSockets === 0, { what: 'its page to be gone' });
    await phone.device.behave({ offlineMessages: 'after-ready' });
    const ana = phone.customer(ANA);
    ana.writes('while away', { at: new Date(Date.now() - 60_000) });
    const again = await place.start();
    await again.hears('ready');
    await waitFor(async () => again.messages().length === 1, { what: 'the message of the absence', timeoutMs: 30_000 });
    ana.writes('and now');
    await waitFor(async () => again.messages().length === 2, { what: 'the new message', timeoutMs: 30_000 });
    expect(again.messages().map(({ text, history }) => [text, history])).toEqual([
      ['while away', true],
      ['and now', false],
    ]);
  });

  test('a hidden number that WhatsApp does tell', async () => {
    const { engine, phone } = await aChat();
    const bea = phone.customer({ phone: '+5511987650002', lid: '11223344', addressedBy: 'lid' });
    bea.writes('it is Bea');
    await waitFor(async () => engine.messages().length === 2, { what: 'the message' });
    expect(engine.messages()[1]).toMatchObject({ jid: '11223344@lid', lid: '11223344', phone: '+5511987650002' });
  });
});
