import { type Customer, openWhatsAppWeb, waitFor } from '@wbm/testkit';
import { beforeAll, expect, test } from 'vitest';
import type { Chat, Message, Reaction } from 'whatsapp-web.js';
import { aReadyClient } from './a-client.ts';

let setting: Awaited<ReturnType<typeof aReadyClient>>;
let maria: Customer;

beforeAll(async () => {
  setting = await aReadyClient(await openWhatsAppWeb(), '+5511987650001');
  maria = setting.phone.customer({ phone: '+5511912345678', name: 'Maria' });
});

const ofMessage = <T extends unknown[]>(event: string, id: string) =>
  waitFor(
    () =>
      setting.bot.told.find(([name, [message]]) => name === event && (message as Message).id.id === id)?.[1] as
        | T
        | undefined,
    { what: `${event} of ${id}` },
  );

test('a text comes in once, with who wrote it and when', async () => {
  const at = new Date('2026-01-05T12:00:00Z');
  const written = maria.writes('Bom dia!', { id: 'AAAA1', at });
  maria.writes('Bom dia!', { id: 'AAAA1' });
  const message = await setting.bot.message('Bom dia!');
  expect(message).toMatchObject({ from: maria.jid, to: setting.phone.jid, fromMe: false, type: 'chat' });
  expect(message.timestamp).toBe(at.getTime() / 1000);
  expect(message.id).toMatchObject({ id: 'AAAA1', _serialized: written.serialized, remote: maria.jid });
  expect(message.rawData).toMatchObject({ notifyName: 'Maria' });
  const [chat] = await setting.bot.next<[Chat]>('unread_count');
  expect(chat).toMatchObject({ name: 'Maria', unreadCount: 1, isGroup: false });
  const created = setting.bot.told.filter(
    ([name, [one]]) => name === 'message_create' && (one as Message).id.id === 'AAAA1',
  );
  expect(created).toHaveLength(1);
});

test('an answer reaches WhatsApp under its id, quotes what it answers, and is seen by us as our own', async () => {
  const { bot, phone } = setting;
  maria.writes('Qual o preço?', { id: 'AAAA2' });
  const sent = await (await bot.message('Qual o preço?')).reply('R$ 10');
  expect(sent).toMatchObject({ fromMe: true, body: 'R$ 10', ack: 0 });
  const arrived = await waitFor(() => maria.received.find(({ text }) => text === 'R$ 10'), { what: 'the answer' });
  expect(arrived).toMatchObject({ id: sent.id.id, serialized: sent.id._serialized, chat: maria.jid, quotes: 'AAAA2' });
  expect(arrived.device).toBe(setting.device.id);
  await bot.message('R$ 10');
  expect((await ofMessage<[Message, number]>('message_ack', sent.id.id))[1]).toBe(1);
  expect(phone.seen).toContain(maria.jid);
});

test('acks come in the order the test wants', async () => {
  const { client } = setting.bot;
  const { id } = await client.sendMessage(maria.jid, 'acks', { sendSeen: false });
  await waitFor(() => maria.received.some((one) => one.id === id.id), { what: 'it to arrive' });
  for (const ack of [3, 2] as const) maria.acks(id.id, ack);
  const acks = () =>
    setting.bot.told.flatMap(([name, [message, ack]]) =>
      name === 'message_ack' && (message as Message).id.id === id.id ? [ack] : [],
    );
  await waitFor(() => acks().length === 3, { what: 'three acks' });
  expect(acks()).toEqual([1, 3, 2]);
});

test('acks may come before the send call returns', async () => {
  const { bot, device } = setting;
  device.nextSend({ acks: [1, 3], acksBeforeReturn: true, delayMs: 20 });
  const sent = await bot.client.sendMessage(maria.jid, 'early acks');
  const before = bot.told.filter(([name, [one]]) => name === 'message_ack' && (one as Message).id.id === sent.id.id);
  expect(before.map(([, [, ack]]) => ack)).toEqual([1, 3]);
});

test('a refused message has ack -1; one that is lost, or not answered for, has none', async () => {
  const { bot, device } = setting;
  device.nextSend({ outcome: 'error' });
  const refused = await bot.client.sendMessage(maria.jid, 'refused', { waitUntilMsgSent: true });
  expect((await ofMessage<[Message, number]>('message_ack', refused.id.id))[1]).toBe(-1);
  device.nextSend({ outcome: 'lost' });
  await bot.client.sendMessage(maria.jid, 'lost');
  device.nextSend({ outcome: 'unanswered' });
  const unanswered = await bot.client.sendMessage(maria.jid, 'unanswered');
  await waitFor(() => maria.received.some(({ text }) => text === 'unanswered'), { what: 'it to arrive' });
  expect(maria.received.filter(({ text }) => text === 'refused' || text === 'lost')).toEqual([]);
  await bot.client.sendMessage(maria.jid, 'after them');
  expect(bot.told.some(([name, [one]]) => name === 'message_ack' && (one as Message).id.id === unanswered.id.id)).toBe(
    false,
  );
});

test('a number that nobody has is refused before anything leaves; a cold contact afterwards', async () => {
  const { bot, phone } = setting;
  phone.customer({ phone: '+5511900000000', onWhatsApp: false });
  expect(await bot.client.getNumberId('5511900000000')).toBeNull();
  await expect(bot.client.sendMessage('5511900000000@c.us', 'anyone?')).rejects.toThrow('No LID for user');
  const cold = phone.customer({ phone: '+5511900000001', mustWriteFirst: true });
  const sent = await bot.client.sendMessage(cold.jid, 'hello');
  expect((await ofMessage<[Message, number]>('message_ack', sent.id.id))[1]).toBe(-1);
  cold.writes('hi');
  await bot.message('hi');
  await bot.client.sendMessage(cold.jid, 'hello again');
  await waitFor(() => cold.received.length === 1, { what: 'the second one to arrive' });
});

test('what the owner answers on the phone is a message of ours that we did not send', async () => {
  const { bot, phone } = setting;
  phone.answers(maria, 'Já respondo', { id: 'BBBB1' });
  const message = await bot.message('Já respondo');
  expect(message).toMatchObject({ fromMe: true, to: maria.jid, from: phone.jid });
  expect(phone.sent.some(({ id }) => id === 'BBBB1')).toBe(false);
});

test('edits, revocations and reactions of the other side', async () => {
  const { bot } = setting;
  maria.writes('cinco', { id: 'AAAA3' });
  await bot.message('cinco');
  maria.edits('AAAA3', 'seis');
  const [, text, before] = await ofMessage<[Message, string, string]>('message_edit', 'AAAA3');
  expect([text, before]).toEqual(['seis', 'cinco']);
  maria.reacts('AAAA3', '👍');
  const [reaction] = await bot.next<[Reaction]>('message_reaction');
  expect(reaction).toMatchObject({ reaction: '👍', senderId: maria.jid, msgId: { id: 'AAAA3' } });
  maria.revokes('AAAA3');
  const [revoked] = await ofMessage<[Message]>('message_revoke_everyone', 'AAAA3');
  expect(revoked.type).toBe('revoked');
});

test('edits, revocations and reactions of ours', async () => {
  const { bot, phone } = setting;
  const sent = await bot.client.sendMessage(maria.jid, 'errado');
  await sent.edit('certo');
  await sent.react('❤️');
  await sent.delete(true);
  expect(phone.actions.filter(({ id }) => id === sent.id.id)).toEqual([
    { action: 'edit', id: sent.id.id, text: 'certo' },
    { action: 'react', id: sent.id.id, text: '❤️' },
    { action: 'revoke', id: sent.id.id, text: '' },
  ]);
});

test('a message that cannot be read yet, and then can', async () => {
  const { bot } = setting;
  maria.writesUndecrypted({ id: 'AAAA4' });
  await ofMessage('message_ciphertext', 'AAAA4');
  maria.decrypts('AAAA4', 'legível');
  expect((await bot.message('legível')).id.id).toBe('AAAA4');
});

test('a chat behind a hidden id, whose number is known or not', async () => {
  const { bot, phone } = setting;
  const hidden = phone.customer({ lid: '777001', name: 'Ana' });
  hidden.writes('quem sou eu?');
  expect((await bot.message('quem sou eu?')).from).toBe('777001@lid');
  const joana = phone.customer({ phone: '+5511955554444', lid: '777002', addressedBy: 'lid' });
  joana.writes('sou a Joana');
  const message = await bot.message('sou a Joana');
  expect(message.from).toBe('777002@lid');
  expect(await bot.client.getContactLidAndPhone(['777001@lid', '777002@lid', '5511955554444@c.us'])).toEqual([
    { lid: '777001@lid', pn: undefined },
    { lid: '777002@lid', pn: '5511955554444@c.us' },
    { lid: '777002@lid', pn: '5511955554444@c.us' },
  ]);
  expect((await message.getContact()).id._serialized).toBe('5511955554444@c.us');
  await message.reply('Oi, Joana');
  await waitFor(() => joana.received.length === 1, { what: 'the answer' });
  expect((await bot.client.sendMessage('5511955554444@c.us', 'pelo número')).to).toBe('777002@lid');
});

test('groups, broadcasts and channels', async () => {
  const { bot, phone } = setting;
  const group = phone.group('Turma', [maria]);
  group.writes(maria, 'oi, grupo');
  const message = await bot.message('oi, grupo');
  expect(message).toMatchObject({ from: group.jid, author: maria.jid });
  expect(await message.getChat()).toMatchObject({ isGroup: true, name: 'Turma' });
  phone.broadcast('status@broadcast', maria, 'meu status');
  expect((await bot.message('meu status')).isStatus).toBe(true);
});

test('other types keep their fields', async () => {
  const { bot } = setting;
  maria.writes({ location: { latitude: -23.5, longitude: -46.6, name: 'Loja' } }, { id: 'LLLL1' });
  const [place] = await ofMessage<[Message]>('message_create', 'LLLL1');
  expect(place.location).toMatchObject({ latitude: -23.5, longitude: -46.6 });
  maria.writes({ contacts: [{ name: 'Zé', phone: '+5511911112222' }] }, { id: 'LLLL2' });
  expect((await ofMessage<[Message]>('message_create', 'LLLL2'))[0].vCards[0]).toContain('+5511911112222');
  maria.writes({ type: 'poll_creation', fields: { pollName: 'Cor?', pollOptions: [] } }, { id: 'LLLL3' });
  expect((await ofMessage<[Message]>('message_create', 'LLLL3'))[0].body).toBe('Cor?');
  expect(bot.count('message_create')).toBeGreaterThan(3);
});

test('the library asks for nothing that the page does not have', async () => {
  const { missing } = await setting.device.trace();
  // Where calls are not an emitter the library leaves them alone.
  expect(missing).toEqual(['WAWebCallCollection.on']);
});

test('typing, recording, pausing and presence', async () => {
  const { bot, phone } = setting;
  maria.writes('está aí?');
  const chat = await (await bot.message('está aí?')).getChat();
  await chat.sendStateTyping();
  await chat.sendStateRecording();
  await chat.clearState();
  await waitFor(() => phone.typing.length === 3, { what: 'three states' });
  expect(phone.typing.map(({ state }) => state)).toEqual(['composing', 'recording', 'paused']);
  await bot.client.sendPresenceAvailable();
  await bot.client.sendSeen(maria.jid);
});

test('message keys under another name, and a send that answers nothing although it sent', async () => {
  const { bot, device } = setting;
  await device.behave({ sendReturns: 'undefined' });
  expect(await bot.client.sendMessage(maria.jid, 'sem resposta')).toBeUndefined();
  await waitFor(() => maria.received.some(({ text }) => text === 'sem resposta'), { what: 'it to arrive' });
  await device.behave({ sendReturns: 'message', messageIdKey: '$1' });
  maria.writes('outra chave', { id: 'KKKK1' });
  expect((await bot.message('outra chave')).id).toMatchObject({ $1: `false_${maria.jid}_KKKK1` });
  expect(await bot.client.sendMessage(maria.jid, 'chave nova')).toBeUndefined();
  await waitFor(() => maria.received.some(({ text }) => text === 'chave nova'), { what: 'it to arrive' });
});
