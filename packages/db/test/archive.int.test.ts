import { aRawMessage, waitFor } from '@wbm/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { aQueue, few, type Queue } from './a-queue.ts';

let all: Queue;
beforeAll(async () => {
  all = await aQueue();
});

type Bot = Awaited<ReturnType<typeof all.aBot>>;
const archive = (bot: Bot) => all.gateway.workspace(all.workspaceId).bots.archive(bot.botId, all.vendor);
const leadOf = async (id: number) =>
  (await all.query<{ lead_id: number }>('select lead_id from lead_messages where id = $1', [id]))[0]?.lead_id ?? 0;
const inbound = () => all.runner.workspace(all.workspaceId).inbound;
const media = () => all.runner.workspace(all.workspaceId).media;
const post = (leadId: number) =>
  all.shown.post({
    leadId,
    author: all.vendor,
    force: false,
    text: 'x',
    clientId: crypto.randomUUID(),
    correlationId: 'c',
  });

/** Whoever writes a row of `table` for this bot takes long to be committed. */
const slowly = (table: 'lead_messages' | 'media', { botId }: Bot) =>
  all.query(
    `create or replace function linger() returns trigger language plpgsql as $$ begin perform pg_sleep(2); return new; end $$;
     create or replace trigger linger before insert on ${table} for each row when (new.bot_id = '${botId}') execute function linger()`,
  );

const someoneWrites = () =>
  waitFor(
    async () =>
      (await all.query("select 1 from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()"))
        .length > 0,
    { what: 'a row that is being written' },
  );

describe('what waits to be sent when its bot is deleted', () => {
  test('is cancelled, what was just leaving is not known; nobody is rung for it, and a person is called', async () => {
    const bot = await all.aBot();
    const [leaving = 0, sent = 0, waits = 0] = await all.queued(bot, 3);
    await all.send(bot, sent, few({}));
    expect(await all.claim(bot, leaving, few({}))).toBe('sending');
    expect(await all.claim(bot, waits, few({ perMinute: 2 }))).toBe('held');
    const written = await all.queue((await all.aLead(bot)).leadId, 'vendor');
    expect((await archive(bot))?.toSorted()).toEqual([await leadOf(leaving), await leadOf(waits)].toSorted());
    for (const [id, waitsFor] of [
      [leaving, 'message'],
      [waits, 'message'],
      [sent, null],
      [written, null],
    ] as const) {
      expect(await all.leads.get(await leadOf(id))).toMatchObject({ waitingReason: waitsFor });
    }
    for (const id of [waits, written]) {
      expect(await all.row(id)).toMatchObject({
        status: 'cancelled',
        status_reason: 'The bot was deleted.',
        held: null,
      });
    }
    expect(await all.row(leaving)).toMatchObject({
      status: 'unconfirmed',
      status_reason: 'The bot was deleted while it was sent. Look at the phone before you send it again.',
    });
    expect(await all.row(sent)).toMatchObject({ status: 'sent' });
    await all.later(bot.botId, '1 day');
    const rung = (await (await all.sweeper()).sweep.due(0, 1_000)).filter(({ botId }) => botId === bot.botId);
    expect(rung.map(({ command }) => command)).not.toContain('message.send');
    // Its phone may still say that it arrived.
    await all.messages.recordAcks(bot.botId, [{ waMessageId: `wa-${leaving}`, ack: 1 }]);
    expect(await all.row(leaving)).toMatchObject({ status: 'sent', status_reason: null });
  });

  test('nothing joins it any more: a person is told so, and an answer keeps its facts only', async () => {
    const bot = await all.aBot();
    const { leadId } = await all.aLead(bot);
    const [turn] = await all.query<{ id: number }>(
      `insert into ai_turns (workspace_id, lead_id, turn_no, kind, upto_seq, owner_version, answer, model, latency_ms, correlation_id)
       values ($1, $2, 1, 'reply', 1, 1, '{}', 'test', 1, 'cid') returning id`,
      [all.workspaceId, leadId],
    );
    await archive(bot);
    const delivered = await all.leadWorker.workspace(all.workspaceId).turns.deliver(turn?.id ?? 0, {
      facts: { fields: [], values: { name: 'Ana' }, status: null, waitingReason: null },
      replies: [{ text: 'Hi!' }],
      expectedVersion: 1,
    });
    expect(delivered).toMatchObject({ outcome: 'delivered', messageIds: [] });
    expect(await all.leads.get(leadId)).toMatchObject({ name: 'Ana' });
    await all.leads.takeOver(leadId, all.vendor, { force: false });
    expect(await post(leadId)).toEqual({ outcome: 'bot-deleted' });
  });

  test('nor does what is being written in that moment', async () => {
    const bot = await all.aBot();
    const leadIds = [(await all.aLead(bot)).leadId, (await all.aLead(bot)).leadId];
    for (const leadId of leadIds) await all.leads.takeOver(leadId, all.vendor, { force: false });
    await slowly('lead_messages', bot);
    const posting = leadIds.map(post);
    await someoneWrites();
    await Promise.all([...posting, archive(bot)]);
    const left = await all.query("select 1 from lead_messages where bot_id = $1 and status = 'queued'", [bot.botId]);
    expect(left).toEqual([]);
  });
});

describe('a file that comes to a bot that is deleted', () => {
  const aFile = () => {
    const raw = aRawMessage({ text: '' });
    const file = { kind: 'image', mimeType: 'image/png', name: null, size: 5, seconds: null };
    return { ...raw, payload: { ...(raw.payload as object), type: 'image', media: file } };
  };
  const fileOf = async ({ waMessageId }: { waMessageId: string }) => {
    const [row] = await all.query<{ id: string; state: string; due_at: Date | null }>(
      'select id, state, due_at from media where wa_message_id = $1',
      [waMessageId],
    );
    if (row === undefined) throw new Error('there is no file');
    return row;
  };

  test('is waited for by nobody, neither when it comes afterwards nor in that moment', async () => {
    const bot = await all.aBot();
    await slowly('media', bot);
    const [before, after] = [aFile(), aFile()];
    const receiving = inbound().receive(bot.botId, bot.epoch, [before]);
    await someoneWrites();
    await Promise.all([receiving, archive(bot)]);
    await inbound().receive(bot.botId, bot.epoch, [after]);
    for (const raw of [before, after]) expect(await fileOf(raw)).toMatchObject({ state: 'failed', due_at: null });
  });

  test('does not stay when its fetch ends afterwards; one that is stored does, however often that is said', async () => {
    const bot = await all.aBot();
    const [late, stored] = [aFile(), aFile()];
    await inbound().receive(bot.botId, bot.epoch, [late, stored]);
    const said = { outcome: 'stored', size: 5, mimeType: null } as const;
    const fetched = async (raw: typeof late) =>
      (await media().fetched(bot.botId, bot.epoch, (await fileOf(raw)).id, said)).outcome;
    expect(await fetched(stored)).toBe('marked');
    expect(await media().beginFetch(bot.botId, bot.epoch, (await fileOf(late)).id, 1_000)).toBe('begun');
    await archive(bot);
    expect([await fetched(late), await fetched(stored)]).toEqual(['deleted', 'settled']);
  });
});
