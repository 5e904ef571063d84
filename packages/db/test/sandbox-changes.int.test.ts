import { aNewBot, aWorkspace, freshDatabase, ownerQuery, storesAs } from '@wbm/testkit';
import { beforeAll, expect, test } from 'vitest';
import type { SandboxChange, Workspace } from '../src/index.ts';

let workspace: Workspace;
let query: ReturnType<typeof ownerQuery>;
let workspaceId: string;
beforeAll(async () => {
  const database = await freshDatabase();
  ({ workspaceId } = await aWorkspace(database));
  query = ownerQuery(database.ownerUrl);
  workspace = (await storesAs('gateway', database)).workspace(workspaceId);
});

const phone = '+5511987654321';

async function aChat() {
  const bot = await workspace.bots.create(aNewBot());
  const botId = bot === 'id-taken' ? '' : bot.id;
  const { sandbox } = workspace;
  await sandbox.post(botId, { phone, waMessageId: 'theirs', author: 'customer', text: 'helo' });
  await sandbox.post(botId, { phone, waMessageId: 'ours', author: 'phone', text: 'hi' });
  await sandbox.deliver(botId, { jid: `${phone.slice(1)}@c.us`, waMessageId: 'bots', text: 'hello' });
  const change = (waMessageId: string, what: Partial<SandboxChange>) =>
    sandbox.change(botId, { phone, waMessageId, author: 'customer', change: 'edit', text: '', ...what });
  const shown = async (id: string) => (await sandbox.chat(botId, phone))?.items.find((item) => item.id === id);
  const relayed = async () => {
    await sandbox.markRelayed(botId, ['theirs', 'ours']);
    return sandbox.unrelayedChanges(botId, 10);
  };
  return { botId, sandbox, change, shown, relayed };
}

test('the phones show at once what was done, and the device is told in that order, once', async () => {
  const { botId, sandbox, change, shown, relayed } = await aChat();
  expect(await change('theirs', { text: 'hello' })).toBe('changed');
  expect(await change('bots', { change: 'reaction', text: '👍' })).toBe('changed');
  expect(await change('bots', { change: 'revoke', author: 'phone' })).toBe('changed');
  expect(await shown('theirs')).toMatchObject({ text: 'hello', editedAt: expect.any(Date), revokedAt: null });
  expect(await shown('bots')).toMatchObject({
    text: '',
    editedAt: null,
    revokedAt: expect.any(Date),
    reactions: { customer: null, business: null },
  });
  // The message itself goes first.
  expect((await sandbox.unrelayedChanges(botId, 10)).map(({ waMessageId }) => waMessageId)).toEqual(['bots', 'bots']);
  const told = await relayed();
  expect(told.map(({ change: what, waMessageId, text, author }) => [what, waMessageId, text, author])).toEqual([
    ['edit', 'theirs', 'hello', 'customer'],
    ['reaction', 'bots', '👍', 'customer'],
    ['revoke', 'bots', '', 'phone'],
  ]);
  expect(told[0]).toMatchObject({ phone, lid: null, at: expect.any(Date) });
  await sandbox.markChangesRelayed(
    botId,
    told.slice(0, 2).map(({ changeId }) => changeId),
  );
  expect((await sandbox.unrelayedChanges(botId, 10)).map(({ change: what }) => what)).toEqual(['revoke']);
});

test('one emoji for each side, taken back by an empty one; what changes nothing is not told', async () => {
  const { change, shown, relayed } = await aChat();
  const react = (text: string, author: 'customer' | 'phone' = 'customer') =>
    change('theirs', { change: 'reaction', text, author });
  for (const emoji of ['👍', '👍', '❤️']) expect(await react(emoji)).toBe('changed');
  await react('🙏', 'phone');
  expect(await shown('theirs')).toMatchObject({ reactions: { customer: '❤️', business: '🙏' } });
  await react('');
  await react('');
  await change('theirs', { text: 'helo' });
  expect(await shown('theirs')).toMatchObject({ reactions: { customer: null, business: '🙏' }, editedAt: null });
  expect((await relayed()).map(({ text }) => text)).toEqual(['👍', '❤️', '🙏', '']);
});

test.each<[string, Partial<SandboxChange>, string]>([
  ['nobody', {}, 'no-such-message'],
  ['theirs', { phone: '+5511900000009' }, 'no-such-message'],
  ['theirs', { author: 'phone', text: 'x' }, 'not-the-author'],
  ['ours', { text: 'x' }, 'not-the-author'],
  ['bots', { change: 'revoke' }, 'not-the-author'],
  ['ours', { author: 'phone', text: 'x' }, 'changed'],
  ['bots', { author: 'phone', text: 'x' }, 'changed'],
])('%s changed by %j: %s', async (id, what, outcome) => {
  const { change } = await aChat();
  expect(await change(id, what)).toBe(outcome);
});

test('nothing more is done with what was taken back, and its file goes', async () => {
  const { botId, sandbox, change, shown, relayed } = await aChat();
  const [file] = await query<{ id: string }>(
    `insert into media (workspace_id, kind, mime_type, name, size, state) values ($1, 'image', 'image/png', 'x.png', 3, 'stored') returning id`,
    [workspaceId],
  );
  await sandbox.post(botId, { phone, waMessageId: 'pic', author: 'customer', text: '', mediaId: file?.id });
  expect(await change('pic', { change: 'revoke' })).toBe('changed');
  expect(await change('pic', { change: 'revoke' })).toBe('changed');
  expect(await change('pic', { text: 'x' })).toBe('taken-back');
  expect(await change('pic', { change: 'reaction', text: '👍' })).toBe('taken-back');
  expect(await shown('pic')).toMatchObject({ media: null, text: '' });
  expect(await query('select state, name from media where id = $1', [file?.id])).toEqual([
    { state: 'deleted', name: null },
  ]);
  await sandbox.markRelayed(botId, ['pic']);
  expect(await relayed()).toHaveLength(1);
});
