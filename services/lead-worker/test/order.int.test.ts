import type { RawMessage } from '@wbm/db';
import { waitsForLock } from '@wbm/testkit';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { aFilingRoom } from './a-filing.ts';

let room: Awaited<ReturnType<typeof aFilingRoom>>;
beforeAll(async () => {
  room = await aFilingRoom();
});

type Chat = Awaited<ReturnType<Awaited<ReturnType<typeof aFilingRoom>>['aChat']>>;
type Told =
  | { readonly what: 'message' | 'placeholder'; readonly name: string; readonly text: string }
  | {
      readonly what: 'edit' | 'decrypted' | 'reaction';
      readonly name: string;
      readonly text: string;
      readonly fromMe: boolean;
    }
  | { readonly what: 'revoke'; readonly name: string; readonly fromMe: boolean };

const texts = fc.constantFrom('hi', 'ana@example.com', 'bea@example.com', 'call me', '');
const names = fc.constantFrom('a', 'b', 'c');
const fromMe = fc.boolean();
const told: fc.Arbitrary<Told> = fc.oneof(
  fc.record({ what: fc.constantFrom('message', 'placeholder'), name: names, text: texts }),
  fc.record({ what: fc.constantFrom('edit', 'decrypted', 'reaction'), name: names, text: texts, fromMe }),
  fc.record({ what: fc.constant('revoke'), name: names, fromMe }),
);

function rowOf(chat: Chat, one: Told): RawMessage {
  switch (one.what) {
    case 'message':
      return chat.message(one.name, one.text);
    case 'placeholder':
      return chat.placeholder(one.name);
    case 'revoke':
      return chat.change(one.name, { kind: 'revoke', fromMe: one.fromMe });
    case 'reaction':
      return chat.change(one.name, { kind: 'reaction', emoji: one.text.slice(0, 2), fromMe: one.fromMe });
    default:
      return chat.change(one.name, { kind: one.what, text: one.text, fromMe: one.fromMe });
  }
}

/** What a person sees of a chat, its evidence and what is due, without ids and instants. */
async function endOf(chat: Chat) {
  const [lead] = await room.query<{
    id: number;
    email: string;
    reply_kind: string;
    reply_due_at: Date;
    owner: string;
    status: string;
  }>('select * from leads where bot_id = $1', [chat.botId]);
  const rows = await chat.messages();
  const nameOf = (id: number | null) => rows.find((row) => row.id === id)?.wa_message_id.split('-')[1];
  return {
    messages: rows.map((row) => [
      nameOf(row.id), row.sender, row.type, row.message, row.edited_at !== null, row.revoked_at !== null, row.reactions,
    ]), // biome-ignore format: one row
    evidence: (await chat.evidence()).map(({ name, value, quote, message_id: id }) => [name, value, quote, nameOf(id)]),
    lead: lead && [lead.email, lead.status, lead.owner, lead.reply_kind, lead.reply_due_at !== null],
    unfiled: await chat.unfiled(),
  };
}

/** Each message once, and before what becomes of it; the rest is what other tests are about. */
function plainly(all: readonly Told[]): Told[] {
  const written = new Set<string>();
  return all.filter(({ what, name }) => {
    const writes = what === 'message' || what === 'placeholder';
    const fits = what === 'decrypted' || written.has(name) !== writes;
    if (fits) written.add(name);
    return fits;
  });
}

describe('in whatever portions rows are filed', () => {
  test('the end is the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(told, { minLength: 2, maxLength: 10 }),
        fc.array(fc.nat(9), { maxLength: 3 }),
        async (all, cuts) => {
          const story = plainly(all);
          const [whole, cut] = [await room.aChat(), await room.aChat()];
          await whole.files(...story.map((one) => rowOf(whole, one)));
          const places = [0, ...[...cuts].sort((a, b) => a - b), story.length];
          for (const [n, from] of places.slice(0, -1).entries()) {
            await cut.files(...story.slice(from, places[n + 1]).map((one) => rowOf(cut, one)));
          }
          expect(await endOf(cut)).toEqual(await endOf(whole));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('changes told before their message are as good as told after it', async () => {
    const changes = fc.array(
      told.filter(({ what }) => what === 'edit' || what === 'reaction' || what === 'revoke'),
      { minLength: 1, maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(4), async (all, early) => {
        const story = all.map((one) => ({ ...one, name: 'a' }));
        const hi: Told = { what: 'message', name: 'a', text: 'first' };
        const [after, before] = [await room.aChat(), await room.aChat()];
        for (const one of [hi, ...story]) await after.files(rowOf(after, one));
        for (const one of [...story.slice(0, early), hi, ...story.slice(early)]) await before.files(rowOf(before, one));
        expect(await endOf(before)).toEqual(await endOf(after));
      }),
      { numRuns: 25 },
    );
  });
});

describe('rows that come twice or at the wrong time', () => {
  test('a bell that rings for two workers at once files all of it once, in order', async () => {
    const chat = await room.aChat();
    const rows = [
      chat.message('a', 'one'),
      chat.change('a', { kind: 'edit', text: 'two' }),
      chat.change('a', { kind: 'edit', text: 'three' }),
      chat.change('a', { kind: 'reaction', emoji: '👍' }),
    ];
    const [chatId = ''] = await chat.hears(...rows);
    await Promise.all([chat.file(chatId), chat.file(chatId), chat.file(chatId)]);
    expect(await chat.messages()).toMatchObject([{ message: 'three', reactions: { customer: '👍' }, seq: 1 }]);
  });

  test('a worker that died after the first of two rounds leaves the rest to the next bell', async () => {
    const chat = await room.aChat();
    await chat.files(chat.change('a', { kind: 'edit', text: 'corrected' }));
    const [chatId = ''] = await chat.hears(chat.message('a', 'wrong'));
    // The first round files the message and brings the edit back; the second is never reached.
    const dies = new AbortController();
    room.atNextNews(() => dies.abort());
    await expect(chat.file(chatId, dies.signal)).rejects.toThrow();
    expect(await chat.unfiled()).toHaveLength(1);
    await chat.file(chatId);
    expect((await chat.one('a')).message).toBe('corrected');
    expect(await chat.unfiled()).toEqual([]);
  });

  test('nobody changes the message of somebody else', async () => {
    const ana = await room.aChat();
    const phone = '+5511700000001';
    await ana.files(ana.message('a', 'mine'), ana.message('b', 'hers', { phone }));
    await ana.files({ ...ana.change('a', { kind: 'revoke' }), jid: `${phone.slice(1)}@c.us` });
    expect((await ana.one('a')).message).toBe('mine');
  });
});

describe('a row that the database cannot keep', () => {
  test('is refused with its code, and the rest of its chat goes on in order', async () => {
    const chat = await room.aChat();
    await room.query("alter table lead_messages add constraint unspoiled check (message <> 'spoils')");
    await chat.files(
      chat.message('a', 'one'),
      chat.message('b', 'spoils'),
      chat.message('c', 'two'),
      chat.change('c', { kind: 'edit', text: 'spoils' }),
      chat.change('c', { kind: 'reaction', emoji: '👍' }),
      chat.message('d', 'three'),
    );
    await room.query('alter table lead_messages drop constraint unspoiled');
    expect((await chat.messages()).map(({ message, reactions }) => [message, reactions])).toEqual([
      ['one', {}],
      ['two', { customer: '👍' }],
      ['three', {}],
    ]);
    const refused = await room.query<{ refused: string }>(
      'select refused from inbound_messages where bot_id = $1 and refused is not null',
      [chat.botId],
    );
    expect(refused.map((row) => row.refused)).toEqual(['database: db.check', 'database: db.check']);
    expect(await chat.unfiled()).toEqual([]);
  });
});

describe('what was missed', () => {
  test('an edit of while nobody listened is found when the past is read again', async () => {
    const chat = await room.aChat();
    await chat.files(chat.message('a', 'wrong'), chat.message('p', 'ours', { fromMe: true }), chat.placeholder('u'));
    const past = { history: true };
    await chat.files(
      chat.message('a', 'right', past),
      chat.message('p', 'ours, edited', { ...past, fromMe: true }),
      chat.message('u', 'at last', past),
      chat.message('b', 'new', past),
    );
    expect((await chat.messages()).map(({ message, type, edited_at }) => [message, type, edited_at !== null])).toEqual([
      ['right', 'text', true],
      ['ours, edited', 'text', true],
      ['at last', 'text', false],
      ['new', 'text', false],
    ]);
    await chat.files(chat.message('a', 'right', past));
    await chat.files(chat.message('a', 'wrong', past));
    expect((await chat.one('a')).message).toBe('wrong');
  });

  test('a reading of the past takes back nothing that was heard since the page was read', async () => {
    const chat = await room.aChat();
    const written = chat.message('a', 'first');
    await chat.files(written);
    await chat.files(chat.change('a', { kind: 'edit', text: 'second' }));
    const read = chat.message('a', 'first', { history: true });
    await chat.files({ ...read, after: written.n });
    expect((await chat.one('a')).message).toBe('second');
    await chat.files({ ...chat.message('a', 'third', { history: true }), after: read.n });
    expect((await chat.one('a')).message).toBe('third');
  });

  test('an edit is found of a caption, of what was sent from here, and of what is not filed yet', async () => {
    const chat = await room.aChat();
    const captioned = (name: string, text: string, history = false) => {
      const raw = chat.message(name, text, { history });
      return { ...raw, payload: { ...(raw.payload as object), type: 'image' } };
    };
    const past = { history: true };
    await chat.files(captioned('c', 'wrong'));
    const lead = await chat.lead();
    await room.query(
      `with l as (update leads set last_seq = last_seq + 2 where id = $1 returning *)
       insert into lead_messages (workspace_id, bot_id, lead_id, seq, sender, message, status, wa_message_id, owner_version, correlation_id)
       select workspace_id, bot_id, id, last_seq - 1, 'bot', 'ours', 'sent', $2, owner_version, 'cid' from l
       union all select workspace_id, bot_id, id, last_seq, 'vendor', E'as it  was\n', 'sent', $3, owner_version, 'cid' from l`,
      [lead.id, chat.wa('o'), chat.wa('s')],
    );
    await chat.hears(chat.message('u', 'unfiled'));
    await chat.files(
      captioned('c', 'right', true),
      chat.message('o', 'ours, edited on the phone', { ...past, fromMe: true }),
      chat.message('s', 'as it was', { ...past, fromMe: true }),
      chat.message('u', 'unfiled, edited', past),
    );
    const rows = await chat.messages();
    expect(rows.map(({ sender, message, edited_at }) => [sender, message.trim(), edited_at !== null])).toEqual([
      ['customer', 'right', true],
      ['bot', 'ours, edited on the phone', true],
      ['vendor', 'as it  was', false],
      ['customer', 'unfiled, edited', true],
    ]);
    expect(await chat.unfiled()).toEqual([]);
  });

  test('what was told before the message we know changes nothing', async () => {
    const chat = await room.aChat();
    const late = chat.message('a', 'old');
    await chat.files(chat.message('a', 'new'));
    await chat.files(late);
    expect((await chat.one('a')).message).toBe('new');
  });
});

test('filing and acks of the same messages wait for each other, and never for ever', async () => {
  const chat = await room.aChat();
  await chat.files(chat.message('p', 'one', { fromMe: true }), chat.message('q', 'two', { fromMe: true }));
  const goOn = await room.stopsAt('after update of reactions', chat.botId);
  const [chatId = ''] = await chat.hears(
    chat.change('q', { kind: 'reaction', emoji: '👍' }),
    chat.change('p', { kind: 'reaction', emoji: '👍' }),
  );
  const filed = chat.file(chatId);
  await waitsForLock(room.query, 'lead-worker');
  const acks = chat.acks(['p', 'q'].map((name) => ({ waMessageId: chat.wa(name), ack: 3 })));
  await waitsForLock(room.query, 'bot-runner');
  await goOn();
  await Promise.all([filed, acks]);
  expect(await acks).toHaveLength(2);
  expect((await chat.messages()).map(({ reactions }) => reactions)).toEqual([{ customer: '👍' }, { customer: '👍' }]);
});
