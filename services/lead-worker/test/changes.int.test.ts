import { beforeAll, describe, expect, test } from 'vitest';
import { aFilingRoom } from './a-filing.ts';

let room: Awaited<ReturnType<typeof aFilingRoom>>;
beforeAll(async () => {
  room = await aFilingRoom();
});

const edit = (text: string) => ({ kind: 'edit', text }) as const;
const revoke = { kind: 'revoke' } as const;
const reaction = (emoji: string) => ({ kind: 'reaction', emoji }) as const;
const decrypted = (text: string) => ({ kind: 'decrypted', text }) as const;

describe('an edit', () => {
  test('of what nobody has answered changes the text and its facts, and no more', async () => {
    const chat = await room.aChat();
    await chat.files(chat.message('m', 'I am ana@exmple.com'));
    const before = await chat.lead();
    await chat.files(chat.change('m', edit('I am ana@example.com')));
    const [first, after] = [await chat.one('m'), await chat.lead()];
    expect(first).toMatchObject({ message: 'I am ana@example.com', edited_at: expect.any(Date), seq: 1 });
    expect(after).toMatchObject({ email: 'ana@example.com', reply_kind: 'reply', reply_due_at: before.reply_due_at });
    expect((await chat.evidence()).at(-1)).toMatchObject({ quote: 'ana@example.com', message_id: first.id });
    expect(after.version).toBeGreaterThan(before.version);
  });

  test('of what was answered makes a capture due', async () => {
    const chat = await room.aChat();
    await chat.files(chat.message('m', 'hi'));
    await chat.answers();
    expect((await chat.lead()).reply_due_at).toBeNull();
    await chat.files(chat.change('m', edit('hi, I am Ana')));
    expect(await chat.lead()).toMatchObject({ reply_kind: 'capture', reply_due_at: expect.any(Date) });
  });

  test('that says the same, or is not its author’s, changes nothing', async () => {
    const chat = await room.aChat();
    await chat.files(chat.message('m', 'hi'), chat.message('p', 'hello', { fromMe: true }));
    await chat.files(
      chat.change('m', edit('hi')),
      chat.change('m', { ...edit('forged'), fromMe: true }),
      chat.change('p', edit('forged too')),
    );
    expect((await chat.messages()).map(({ message, edited_at }) => [message, edited_at])).toEqual([
      ['hi', null],
      ['hello', null],
    ]);
    expect(await chat.unfiled()).toEqual([]);
  });

  test('of the business on its own phone is applied, and takes nobody over', async () => {
    const chat = await room.aChat();
    await chat.files(chat.message('m', 'hi'));
    await room.query(
      `insert into lead_messages (workspace_id, bot_id, lead_id, seq, sender, message, status, wa_message_id, correlation_id)
       values ($1, $2, $3, 2, 'bot', 'helo', 'sent', $4, 'cid')`,
      [room.workspaceId, chat.botId, (await chat.lead()).id, chat.wa('b')],
    );
    await room.query('update leads set last_seq = 2 where bot_id = $1', [chat.botId]);
    await chat.files(chat.change('b', { ...edit('hello'), fromMe: true }), chat.change('b', reaction('❤️')));
    expect(await chat.one('b')).toMatchObject({ message: 'hello', reactions: { customer: '❤️' } });
    expect(await chat.lead()).toMatchObject({ owner: 'bot', reply_kind: 'reply' });
  });

  test('while the turn that read it runs sends the turn back to read it again', async () => {
    const chat = await room.aChat();
    await chat.files(chat.message('m', 'I want the red one'));
    const running = await chat.take();
    await chat.files(chat.change('m', edit('I want the blue one')));
    const { id } = await chat.lead();
    expect(await chat.turns.renew(id, running.turnNo, running.uptoSeq, 600_000, 10_000)).toBe('lost');
    expect(room.rung.at(-1)).toBe('reply.generate');
    const again = await chat.take();
    expect(again).toMatchObject({ kind: 'reply', turnNo: running.turnNo + 1 });
    const { transcript } = (await chat.turns.gather(id, again.uptoSeq, 60)) ?? {};
    expect(transcript?.map(({ text }) => text)).toEqual(['I want the blue one']);
  });

  test('that arrives while an answer is filed makes its claims be checked against the new text', async () => {
    const chat = await room.aChat();
    await chat.files(chat.message('m', 'I am Ana'), chat.message('n', 'from Rome'));
    const [m, n] = [await chat.one('m'), await chat.one('n')];
    const turnId = await chat.answers(
      [],
      [
        { name: 'name', value: 'Ana', messageId: m.id, quote: 'I am Ana', confidence: 1 },
        { name: 'location', value: 'Rome', messageId: n.id, quote: 'from Rome', confidence: 1 },
      ],
    );
    await room.deliver(turnId, () => chat.files(chat.change('m', edit('I am Eva'))));
    expect((await chat.evidence()).map(({ value, quote }) => [value, quote])).toEqual([['Rome', 'from Rome']]);
  });
});

describe('taking back', () => {
  test('empties the text, the reactions, the evidence, the raw rows and the file, once', async () => {
    const chat = await room.aChat();
    const secret = 'my mail is secret@example.com';
    await chat.files(
      chat.message('m', secret),
      chat.change('m', edit(`${secret}!`)),
      chat.change('m', reaction('👍')),
      chat.message('n', 'and more'),
    );
    const [file] = await room.query<{ id: string }>(
      `insert into media (workspace_id, bot_id, wa_message_id, kind, mime_type, name, size, state)
       values ($1, $2, $3, 'image', 'image/png', 'secret.png', 5, 'stored') returning id`,
      [room.workspaceId, chat.botId, chat.wa('m')],
    );
    await room.query('update lead_messages set media_id = $1 where wa_message_id = $2', [file?.id, chat.wa('m')]);
    const again = chat.change('m', revoke);
    await chat.files(again);
    const gone = await chat.one('m');
    expect(gone).toMatchObject({ message: '', reactions: {}, revoked_at: expect.any(Date) });
    await chat.files(again, chat.change('m', revoke), chat.change('m', edit('back')), chat.change('m', reaction('👎')));
    expect(await chat.one('m')).toEqual(gone);
    expect(await chat.evidence()).toMatchObject([{ value: 'secret@example.com', quote: null }]);
    expect(await room.query('select state, name, size from media where id = $1', [file?.id])).toEqual([
      { state: 'deleted', name: null, size: '5' },
    ]);
    const raw = await room.query('select payload from inbound_messages where bot_id = $1', [chat.botId]);
    expect(JSON.stringify(raw)).not.toContain('secret');
    expect(await chat.lead()).toMatchObject({ email: 'secret@example.com', reply_kind: 'reply' });
  });

  test('takes with it a file that may just be fetched: its bytes are looked for when that is over', async () => {
    const chat = await room.aChat();
    await chat.files(chat.message('m', 'a picture'));
    const [file] = await room.query<{ id: string }>(
      `insert into media (workspace_id, bot_id, wa_message_id, kind, mime_type, state, due_at)
       values ($1, $2, $3, 'image', 'image/png', 'pending', now()) returning id`,
      [room.workspaceId, chat.botId, chat.wa('m')],
    );
    await room.query('update lead_messages set media_id = $1 where wa_message_id = $2', [file?.id, chat.wa('m')]);
    await chat.files(chat.change('m', revoke));
    expect(
      await room.query(`select state, size, due_at > now() + interval '5 minutes' as later from media where id = $1`, [
        file?.id,
      ]),
    ).toEqual([{ state: 'deleted', size: '0', later: true }]);
  });

  test('is not read by a turn', async () => {
    const chat = await room.aChat();
    await chat.files(chat.message('m', 'forget this'), chat.message('n', 'hi'), chat.change('m', revoke));
    const { uptoSeq } = await chat.take();
    const gathered = await chat.turns.gather((await chat.lead()).id, uptoSeq, 60);
    expect(gathered?.transcript.map(({ text }) => text)).toEqual(['hi']);
  });

  test.each([
    ['in one go', true],
    ['later', false],
  ] as const)('all that was written, %s: nothing is answered', async (_, atOnce) => {
    const chat = await room.aChat();
    const rows = [chat.message('m', 'hi'), chat.change('m', revoke)];
    if (atOnce) await chat.files(...rows);
    else for (const row of rows) await chat.files(row);
    expect(await chat.lead()).toMatchObject({ reply_due_at: null });
    await chat.files(chat.message('n', 'hello'));
    expect(await chat.lead()).toMatchObject({ reply_kind: 'reply', reply_due_at: expect.any(Date) });
  });

  test('while the turn that read it runs ends that turn', async () => {
    const chat = await room.aChat();
    await chat.files(chat.message('m', 'hi'));
    const running = await chat.take();
    await chat.files(chat.change('m', revoke));
    const lead = await chat.lead();
    expect(lead).toMatchObject({ turn_until: null, reply_due_at: null });
    expect(await chat.turns.renew(lead.id, running.turnNo, running.uptoSeq, 600_000, 10_000)).toBe('lost');
  });
});

test('a chat given back to the bot owes no answer to what was taken back', async () => {
  const chat = await room.aChat();
  await chat.files(
    chat.message('m', 'hi'),
    chat.message('p', 'one moment', { fromMe: true }),
    chat.message('n', 'oops'),
  );
  const { id } = await chat.lead();
  await room.query('update leads set reply_due_at = null where id = $1', [id]);
  await chat.files(chat.change('n', revoke));
  const released = await room.leads.release(id, 'admin@bot.test', { force: true, mayAnswer: true });
  expect(released).toMatchObject({ outcome: 'released', replyInMs: null });
  await chat.files(chat.message('o', 'and now?'));
  await room.query(`update leads set owner = 'human', reply_due_at = null where id = $1`, [id]);
  expect(await room.leads.release(id, 'admin@bot.test', { force: true, mayAnswer: true })).toMatchObject({
    replyInMs: expect.any(Number),
  });
});

describe('a reaction', () => {
  test('is one for each side, replaced and taken back', async () => {
    const chat = await room.aChat();
    await chat.files(chat.message('m', 'hi'));
    await chat.answers();
    await chat.files(chat.change('m', reaction('👍')), chat.change('m', { ...reaction('🙏'), fromMe: true }));
    expect(await chat.one('m')).toMatchObject({ reactions: { customer: '👍', business: '🙏' } });
    await chat.files(chat.change('m', reaction('❤️')), chat.change('m', { ...reaction(''), fromMe: true }));
    expect(await chat.one('m')).toMatchObject({ reactions: { customer: '❤️' } });
    expect(await chat.lead()).toMatchObject({ reply_due_at: null, owner: 'bot' });
  });

  test('to what nobody knows makes no lead, and is no error', async () => {
    const chat = await room.aChat();
    await chat.files(chat.change('old', reaction('👍')));
    expect(await room.query('select id from leads where bot_id = $1', [chat.botId])).toEqual([]);
    expect(await chat.unfiled()).toEqual([]);
    const [row] = await room.query('select refused, filed_at, lead_id from inbound_messages where bot_id = $1', [
      chat.botId,
    ]);
    expect(row).toMatchObject({ refused: null, filed_at: expect.any(Date), lead_id: null });
  });
});

describe('a late decryption', () => {
  test('makes the placeholder the message, at the end of the chat, due as if it came now', async () => {
    const chat = await room.aChat();
    await chat.files(chat.placeholder('m'), chat.message('n', 'and you?'));
    await chat.answers();
    const { id } = await chat.one('m');
    const row = chat.change('m', decrypted('ana@example.com'));
    await chat.files(row);
    await chat.files(row);
    expect(await chat.messages()).toMatchObject([
      { message: 'and you?', seq: 2 },
      { id, type: 'text', message: 'ana@example.com', seq: 3 },
    ]);
    expect(await chat.lead()).toMatchObject({
      email: 'ana@example.com',
      reply_kind: 'reply',
      reply_due_at: expect.any(Date),
      last_seq: 3,
      last_in_seq: 3,
    });
    expect(await chat.evidence()).toMatchObject([{ message_id: id }]);
    await chat.files(chat.change('m', decrypted('something else')));
    expect((await chat.one('m')).message).toBe('ana@example.com');
  });

  test('of a placeholder that was never stored is a message', async () => {
    const chat = await room.aChat();
    await chat.files(chat.change('m', decrypted('hi')));
    expect(await chat.messages()).toMatchObject([{ message: 'hi', seq: 1, sender: 'customer' }]);
    await chat.files(chat.message('m', 'hi'));
    expect(await chat.messages()).toHaveLength(1);
  });

  test('of what was taken back stays empty', async () => {
    const chat = await room.aChat();
    await chat.files(chat.placeholder('m'), chat.change('m', revoke), chat.change('m', decrypted('secret')));
    expect(await chat.messages()).toMatchObject([{ message: '', type: 'undecrypted' }]);
  });
});

describe('what is told', () => {
  test('what could be read at last is shown, also when it is of the past', async () => {
    const chat = await room.aChat();
    await chat.files(chat.placeholder('m'));
    const { id } = await chat.one('m');
    room.told.splice(0);
    await chat.files({ ...chat.change('m', decrypted('at last')), history: true });
    expect(room.told.map(({ id: event, messageId }) => [event, messageId])).toEqual([
      ['LEAD_UPDATED', undefined],
      ['LEAD_MESSAGE', id],
    ]);
  });

  test('a changed message is told again, and its lead', async () => {
    const chat = await room.aChat();
    await chat.files(chat.message('m', 'hi'));
    const { id } = await chat.one('m');
    room.told.splice(0);
    await chat.files(chat.change('m', edit('hello')), chat.change('m', reaction('👍')));
    expect(room.told.map(({ id: event, messageId }) => [event, messageId])).toEqual([
      ['LEAD_UPDATED', undefined],
      ['LEAD_MESSAGE', id],
    ]);
  });

  test('a customer who writes may be written to', async () => {
    const chat = await room.aChat();
    await chat.files(chat.message('m', 'hi'));
    await room.query(`update leads set write_first = 'refused' where bot_id = $1`, [chat.botId]);
    await chat.files(chat.change('m', edit('hello')));
    expect(await chat.lead()).toMatchObject({ write_first: 'refused' });
    await chat.files(chat.message('n', 'hello'));
    expect(await chat.lead()).toMatchObject({ write_first: null });
  });
});
