import type { RawMessage } from '@wbm/db';
import { decideFiling } from '@wbm/domain';
import { waitsForLock } from '@wbm/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { aFilingRoom } from './a-filing.ts';

let room: Awaited<ReturnType<typeof aFilingRoom>>;
beforeAll(async () => {
  room = await aFilingRoom();
});

type Chat = Awaited<ReturnType<Awaited<ReturnType<typeof aFilingRoom>>['aChat']>>;
const VENDOR = 'vera@bot.test';
let lids = 0;

/** Somebody known by number, who then writes from a chat of their LID: first without a number, then with it. */
async function aPersonOfTwoIds(before: (chat: Chat, hidden: (raw: RawMessage) => RawMessage) => RawMessage[]) {
  const chat = await room.aChat();
  lids += 1;
  const jid = `${70_000_000 + lids}@lid`;
  const told = (raw: RawMessage, phone: string | null): RawMessage => {
    const payload = raw.payload as { phone?: unknown };
    return { ...raw, jid, payload: 'phone' in payload ? { ...payload, phone } : payload };
  };
  const hidden = (raw: RawMessage) => told(raw, null);
  await chat.files(chat.message('number', 'hi'));
  await chat.files(...before(chat, hidden));
  const leadOf = async (name: string) => {
    const [row] = await room.query<{ lead_id: number }>(
      'select lead_id from lead_messages where bot_id = $1 and wa_message_id = $2',
      [chat.botId, chat.wa(name)],
    );
    return row?.lead_id ?? null;
  };
  const byNumber = (await leadOf('number')) ?? 0;
  await room.leads.takeOver(byNumber, VENDOR, { force: false });
  await chat.files(told(chat.message('shown', 'it is me'), chat.phone));
  return { chat, hidden, leadOf, byNumber };
}

describe('one person who is two leads, by LID and by number', () => {
  test('stays with the lead that the number named, also when the next look-up of the number fails', async () => {
    const { chat, hidden, leadOf, byNumber } = await aPersonOfTwoIds((chat, hidden) => [
      hidden(chat.message('lid', 'hello')),
    ]);
    const byLid = await leadOf('lid');
    expect(byLid).not.toBe(byNumber);
    expect(await leadOf('shown')).toBe(byNumber);
    for (const name of ['then', 'later']) await chat.files(hidden(chat.message(name, 'and?', { pushName: 'Mary' })));
    expect([await leadOf('then'), await leadOf('later')]).toEqual([byNumber, byNumber]);
    expect(await room.leads.get(byNumber)).toMatchObject({
      assignedTo: VENDOR,
      waitingReason: 'message',
      pushName: 'Mary',
    });
    expect(await room.query('select last_in_seq from leads where id = $1', [byLid])).toEqual([{ last_in_seq: 1 }]);
  });

  test('changes what was filed under the other lead from the same chat', async () => {
    const { chat, hidden, leadOf, byNumber } = await aPersonOfTwoIds((chat, hidden) => [
      hidden(chat.message('edited', 'tomorow')),
      hidden(chat.message('secret', 'my mail is secret@example.com')),
      hidden(chat.placeholder('unread')),
    ]);
    const byLid = await leadOf('edited');
    const versionOf = async () => (await room.leads.get(byLid ?? 0))?.version ?? 0;
    const before = await versionOf();
    await chat.files(
      hidden(chat.change('edited', { kind: 'edit', text: 'tomorrow' })),
      hidden(chat.change('edited', { kind: 'reaction', emoji: '👍' })),
      hidden(chat.change('secret', { kind: 'revoke' })),
    );
    expect(await chat.one('edited')).toMatchObject({ message: 'tomorrow', reactions: { customer: '👍' } });
    expect(await chat.one('secret')).toMatchObject({ message: '', revoked_at: expect.any(Date) });
    expect((await chat.evidence()).map(({ quote }) => quote)).toEqual([null]);
    // Whoever decides there on what they said decides again.
    expect(await versionOf()).toBeGreaterThan(before);
    expect(await leadOf('edited')).toBe(byLid);
    await chat.files(hidden(chat.change('unread', { kind: 'decrypted', text: 'at last' })));
    expect(await chat.one('unread')).toMatchObject({ message: 'at last', type: 'text' });
    expect(await leadOf('unread')).toBe(byNumber);
    expect(await chat.unfiled()).toEqual([]);
  });

  test('is answered once for what the one lead was to be answered for and the other one has now', async () => {
    const { chat, hidden, leadOf, byNumber } = await aPersonOfTwoIds((chat, hidden) => [
      hidden(chat.placeholder('unread')),
    ]);
    const byLid = await leadOf('unread');
    const dueThere = async () =>
      (await room.query('select reply_due_at is not null as due from leads where id = $1', [byLid]))[0];
    expect(await dueThere()).toEqual({ due: true });
    await chat.files(hidden(chat.change('unread', { kind: 'decrypted', text: 'at last' })));
    expect(await leadOf('unread')).toBe(byNumber);
    expect(await dueThere()).toEqual({ due: false });
  });
});

test('a change that was gathered before its chat had a lead waits for whoever gives it one, and is decided again', async () => {
  const chat = await room.aChat();
  const [chatId = ''] = await chat.hears(chat.message('m', 'oops'), chat.change('m', { kind: 'revoke' }));
  const gathered = await room.inbound.gather(chat.botId, chatId, 10);
  if (gathered === null) throw new Error('there is no chat');
  const fileOnly = (row: number) => {
    const { filing } = decideFiling({ ...gathered, rows: gathered.rows.slice(row, row + 1), now: new Date() });
    if (filing === null) throw new Error('nothing to file');
    return room.inbound.file(chat.botId, chatId, filing);
  };
  const goOn = await room.stopsAt('before insert', chat.botId);
  const message = fileOnly(0);
  await waitsForLock(room.query, 'lead-worker');
  const change = fileOnly(1);
  await waitsForLock(room.query, 'lead-worker', 2);
  await goOn();
  expect(await change).toEqual({ outcome: 'stale' });
  expect(await message).toMatchObject({ outcome: 'filed' });
  await chat.file(chatId);
  expect(await chat.one('m')).toMatchObject({ message: '', revoked_at: expect.any(Date) });
  expect(await chat.unfiled()).toEqual([]);
});
