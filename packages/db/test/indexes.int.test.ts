import { decideFiling } from '@wbm/domain';
import { aNewBot, aRawMessage, aWorkspace, freshDatabase, ownerQuery, say, storesAs, waitFor } from '@wbm/testkit';
import { beforeAll, expect, test } from 'vitest';
import { few } from './a-queue.ts';

const MANY = 20_000;
/** More than the five for which plpgsql makes plans of its own: from then on it may use one for all. */
const ROUNDS = 8;
const tables = [
  'lead_messages', 'inbound_messages', 'leads', 'contacts', 'chats', 'media', 'ai_turns', 'lead_fields',
] as const; // biome-ignore format: one row

/** Rows that were read, by an index or without. */
type Counts = { readonly read: number; readonly inserted: number };
type Counted = ReadonlyMap<string, Counts>;
/** One reading of a whole table is more. */
const isLittle = (read: number) => read < MANY / 5;

/** A bot of which there is much, all of it in one chat, and as many other people. */
async function aBusyBot() {
  const database = await freshDatabase();
  const { workspaceId } = await aWorkspace(database);
  const query = ownerQuery(database.ownerUrl);
  const [gateway, runner, leadWorker] = await Promise.all([
    storesAs('gateway', database),
    storesAs('bot-runner', database, 1),
    storesAs('lead-worker', database, 1),
  ]);
  const bot = await gateway.workspace(workspaceId).bots.create(aNewBot());
  if (bot === 'id-taken') throw new Error('id taken');
  const botId = bot.id;
  const runnerId = crypto.randomUUID();
  await runner.fleet.beat(runnerId, 'here', 10, false, 600_000);
  const epoch = (await runner.fleet.take(runnerId, 10))[0]?.runEpoch ?? -1;
  const { leadId, chatId } = await say({ runner, leadWorker }, { workspaceId, botId, epoch }, ['hi']);
  await query(
    `insert into lead_messages (workspace_id, bot_id, lead_id, seq, sender, message, status, wa_message_id, correlation_id, claimed_at)
     select $1, $2, $3, 10 + g, case when g % 100 = 0 then 'customer' else 'bot' end, 'x', 'sent', 'old-' || g, 'cid', now() - interval '2 days'
       from generate_series(1, $4::int) g`,
    [workspaceId, botId, leadId, MANY],
  );
  await query('update leads set last_seq = $2 where id = $1', [leadId, MANY + 100]);
  await query(
    `insert into inbound_messages (workspace_id, bot_id, chat_id, wa_message_id, run_epoch, n, payload, correlation_id, filed_at, lead_id, target)
     select $1, $2, $3, 'raw-' || g, 1, g, '{}', 'cid', now(), $4, 'old-' || g from generate_series(1, $5::int) g`,
    [workspaceId, botId, chatId, leadId, MANY],
  );
  await query(
    `with c as (insert into contacts (workspace_id, phone, lid) select $1, '+1555' || g, g::text from generate_series(1, $3::int) g returning id),
          l as (insert into leads (workspace_id, bot_id, contact_id, chat_jid) select $1, $2, id, 'x@c.us' from c returning id),
          h as (insert into chats (workspace_id, bot_id, jid, lead_id) select $1, $2, id || '@lid', id from l),
          f as (insert into media (workspace_id, bot_id, wa_message_id, kind, mime_type, state) select $1, $2, 'file-' || id, 'image', 'image/png', 'stored' from l),
          t as (insert into ai_turns (workspace_id, lead_id, turn_no, kind, upto_seq, owner_version, answer, model, latency_ms, correlation_id, delivered_at)
                select $1, id, 1, 'reply', 1, 1, '{}', 'test', 1, 'cid', now() from l)
     insert into lead_fields (workspace_id, lead_id, name, value, source, confidence) select $1, id, 'email', 'x', 'rule', 1 from l`,
    [workspaceId, botId, MANY / 4],
  );
  await query('analyze');

  const counts = async (): Promise<Counted> => {
    await query('select pg_stat_force_next_flush()');
    const rows = await query<{ relname: string; read: number; inserted: number }>(
      `select relname, (seq_tup_read + coalesce(idx_tup_fetch, 0))::int as read, n_tup_ins::int as inserted
         from pg_stat_user_tables where relname = any($1) and schemaname = 'public'`,
      [tables],
    );
    return new Map(rows.map(({ relname, ...counts }) => [relname, counts]));
  };
  const queue = async () => {
    const [row] = await query<{ id: number }>(
      `with l as (update leads set last_seq = last_seq + 1 where id = $1 returning *)
       insert into lead_messages (workspace_id, bot_id, lead_id, seq, sender, message, status, chat_jid, owner_version, correlation_id)
       select workspace_id, bot_id, id, last_seq, 'vendor', 'x', 'queued', chat_jid, owner_version, 'cid' from l returning id`,
      [leadId],
    );
    return row?.id ?? 0;
  };
  return { workspaceId, botId, epoch, chatId, runner, leadWorker, counts, queue };
}

let all: Awaited<ReturnType<typeof aBusyBot>>;
beforeAll(async () => {
  all = await aBusyBot();
}, 120_000);

const changed = (what: object) => {
  const raw = aRawMessage({ text: '' });
  return { ...raw, payload: { at: new Date().toISOString(), fromMe: false, ...what } };
};

async function receives(round: number) {
  const image = { kind: 'image', mimeType: 'image/png', name: null, size: 1, seconds: null };
  const picture = aRawMessage({ text: '' });
  await all.runner
    .workspace(all.workspaceId)
    .inbound.receive(all.botId, all.epoch, [
      aRawMessage({ text: `write to ana${round}@example.com` }),
      aRawMessage({ text: 'again', waMessageId: `old-${round + 1}` }),
      { ...picture, payload: { ...(picture.payload as object), type: 'image', media: image } },
      changed({ kind: 'reaction', emoji: '👍', target: `old-${round + 10}` }),
      changed({ kind: 'edit', text: 'bea@example.com', target: `old-${(round + 1) * 100}` }),
      changed({ kind: 'revoke', target: `old-${(round + 50) * 100}` }),
      changed({ kind: 'revoke', target: `never-heard-of-${round}` }),
    ]);
}

async function files() {
  const { inbound } = all.leadWorker.workspace(all.workspaceId);
  const gathered = await inbound.gather(all.botId, all.chatId, 100);
  if (gathered === null) throw new Error('there is no chat');
  const { filing } = decideFiling({ ...gathered, now: new Date() });
  if (filing === null) throw new Error('nothing to file');
  expect(filing.facts.fields).not.toEqual([]);
  expect(await inbound.file(all.botId, all.chatId, filing)).toMatchObject({ outcome: 'filed' });
}

async function sends() {
  const { messages } = all.runner.workspace(all.workspaceId);
  const id = await all.queue();
  const budget = few({});
  expect((await messages.nextSends(all.botId, budget)).due).toMatchObject([{ messageId: id }]);
  expect(await messages.claim(id, all.epoch, `wa-${id}`, 60_000, budget)).toBe('sending');
  await messages.mark(id, all.epoch, 'sent');
  await messages.recordAcks(all.botId, [
    { waMessageId: 'old-9', ack: 2 },
    { waMessageId: `wa-${id}`, ack: -1 },
  ]);
}

test('what comes, is filed and leaves is found by an index, however much there is already', async () => {
  const before = await all.counts();
  for (let round = 0; round < ROUNDS; round += 1) {
    await receives(round);
    await sends();
    await files();
  }
  const since = (after: Counted, what: keyof Counts, table: (typeof tables)[number]) =>
    (after.get(table)?.[what] ?? 0) - (before.get(table)?.[what] ?? 0);
  const { inbound, messages } = all.runner.workspace(all.workspaceId);
  // Postgres counts what a connection did a moment later, with its next work, and all of it at once.
  const after = await waitFor(
    async () => {
      await inbound.receive(all.botId, all.epoch, [aRawMessage({ text: '', waMessageId: 'old-1' })]);
      await messages.nextSends(all.botId, few({}));
      await all.leadWorker.workspace(all.workspaceId).inbound.gather(all.botId, all.chatId, 1);
      const counts = await all.counts();
      const filed = since(counts, 'inserted', 'lead_messages') >= 3 * ROUNDS;
      return filed && since(counts, 'inserted', 'inbound_messages') >= 6 * ROUNDS && counts;
    },
    { what: 'the counts', intervalMs: 250 },
  );
  for (const table of tables) expect([table, since(after, 'read', table)]).toEqual([table, expect.toSatisfy(isLittle)]);
});
