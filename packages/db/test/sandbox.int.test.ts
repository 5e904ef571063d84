import { aNewBot, aWorkspace, freshDatabase, storesAs } from '@wbm/testkit';
import { beforeAll, expect, test } from 'vitest';
import type { Workspace } from '../src/index.ts';

let workspace: Workspace;
beforeAll(async () => {
  const database = await freshDatabase();
  const { workspaceId } = await aWorkspace(database);
  workspace = (await storesAs('gateway', database)).workspace(workspaceId);
});

async function aBot(): Promise<string> {
  const bot = await workspace.bots.create(aNewBot());
  return bot === 'id-taken' ? '' : bot.id;
}

test('a device is linked by the code it shows, and by no other', async () => {
  const botId = await aBot();
  const { sandbox } = workspace;
  expect(await sandbox.device(botId)).toMatchObject({
    ref: null,
    linkedAt: null,
    ownNumber: expect.stringMatching(/^\+1555\d{7}$/),
  });
  await sandbox.setRef(botId, 'code-2');
  expect(await sandbox.link(botId, 'code-1')).toBe(false);
  expect(await sandbox.link(botId, 'code-2')).toBe(true);
  expect(await sandbox.device(botId)).toMatchObject({ ref: null, linkedAt: expect.any(Date) });
  await sandbox.unlink(botId);
  expect(await sandbox.device(botId)).toMatchObject({ linkedAt: null });
  expect(await sandbox.device('nobody')).toBeNull();
});

test('what a customer writes is relayed in order, once', async () => {
  const botId = await aBot();
  const { sandbox } = workspace;
  const post = (waMessageId: string, phone = '5511 98765-4321') =>
    sandbox.post(botId, { phone, name: 'Maria', waMessageId, author: 'customer', text: `text ${waMessageId}` });
  expect(await post('m1')).toEqual({ id: 'm1', duplicate: false });
  expect(await post('m1')).toEqual({ id: 'm1', duplicate: true });
  await post('m2', '+5511987654321');
  expect(await sandbox.unrelayed(botId, 10)).toMatchObject([
    { waMessageId: 'm1', phone: '+5511987654321', lid: null, name: 'Maria', author: 'customer', text: 'text m1' },
    { waMessageId: 'm2', phone: '+5511987654321' },
  ]);
  await sandbox.markRelayed(botId, ['m1']);
  expect(await sandbox.unrelayed(botId, 10)).toMatchObject([{ waMessageId: 'm2' }]);
  expect(await sandbox.chat(botId, '+5511987654321')).toMatchObject({
    items: [
      { id: 'm1', ack: 2 },
      { id: 'm2', ack: 1 },
    ],
  });
  expect(await sandbox.unreportedAcks(botId)).toEqual([]);
  expect(
    await sandbox.post('nobody', { phone: '+551190000000', waMessageId: 'x', author: 'customer', text: 'x' }),
  ).toBe('no-such-bot');
});

test('what the business wrote on its phone stays read, also when its bot hears of it later', async () => {
  const botId = await aBot();
  const { sandbox } = workspace;
  const phone = '+551190000009';
  await sandbox.post(botId, { phone, waMessageId: 'p1', author: 'phone', text: 'hi' });
  await sandbox.markRead(botId, phone);
  await sandbox.markRelayed(botId, ['p1']);
  expect(await sandbox.unrelayed(botId, 10)).toEqual([]);
  expect(await sandbox.chat(botId, phone)).toMatchObject({ items: [{ id: 'p1', fromMe: false, ack: 3 }] });
});

test('what the bot sends arrives once, in the chat of the number or of the hidden id, and is read when looked at', async () => {
  const botId = await aBot();
  const { sandbox } = workspace;
  await sandbox.post(botId, {
    phone: '+551190000001',
    lid: '777001',
    waMessageId: 'in-1',
    author: 'customer',
    text: 'hi',
  });
  const chat = await sandbox.deliver(botId, { jid: '777001@lid', waMessageId: 'out-1', text: 'hello' });
  expect(chat.stored).toBe(true);
  expect(await sandbox.chatPhone(chat.chatId)).toBe('+551190000001');
  expect(await sandbox.deliver(botId, { jid: '551190000001@c.us', waMessageId: 'out-1', text: 'hello' })).toEqual({
    ...chat,
    stored: false,
  });
  expect(await sandbox.find(botId, 'out-1')).toBe(true);
  expect(await sandbox.find(botId, 'out-2')).toBe(false);
  expect(await sandbox.setTyping(botId, '551190000001@c.us', 25_000)).toBe(chat.chatId);
  expect(await sandbox.chat(botId, '551190000001')).toMatchObject({
    typing: true,
    items: [
      { id: 'in-1', fromMe: true },
      { id: 'out-1', fromMe: false, text: 'hello', ack: 1 },
    ],
  });
  await sandbox.setTyping(botId, '777001@lid', null);
  expect(await sandbox.unreportedAcks(botId)).toEqual([{ waMessageId: 'out-1', ack: 1 }]);
  await sandbox.markAcksReported(botId, [{ waMessageId: 'out-1', ack: 1 }]);
  expect(await sandbox.unreportedAcks(botId)).toEqual([]);
  expect(await sandbox.markRead(botId, '+551190000001')).toEqual([{ waMessageId: 'out-1' }]);
  expect(await sandbox.markRead(botId, '+551190000001')).toEqual([]);
  expect(await sandbox.unreportedAcks(botId)).toEqual([{ waMessageId: 'out-1', ack: 3 }]);
  expect(await sandbox.chat(botId, '+551190000001')).toMatchObject({ typing: false });
  expect(await sandbox.chat(botId, '+551199999999')).toBeNull();
  expect((await sandbox.deliver(botId, { jid: '551190000002@c.us', waMessageId: 'out-3', text: 'first' })).stored).toBe(
    true,
  );
});
