import { aNewBot, aRawMessage, aWorkspace, freshDatabase, ownerQuery, say, storesAs, waitFor } from '@wbm/testkit';
import { expect, test } from 'vitest';

const MANY = 20_000;
const tables = ['lead_messages', 'inbound_messages'] as const;

test('what comes in is found by an index, however much there is already', async () => {
  const database = await freshDatabase();
  const { workspaceId } = await aWorkspace(database);
  const query = ownerQuery(database.ownerUrl);
  const [gateway, runner, leadWorker] = await Promise.all([
    storesAs('gateway', database),
    storesAs('bot-runner', database, 1),
    storesAs('lead-worker', database, 1),
  ]);
  const bot = await gateway.workspace(workspaceId).bots.create(aNewBot());
  const botId = bot === 'id-taken' ? '' : bot.id;
  const { leadId, chatId } = await say({ runner, leadWorker }, { workspaceId, botId }, ['hi']);
  await query(
    `insert into lead_messages (workspace_id, bot_id, lead_id, seq, sender, message, status, wa_message_id, correlation_id)
     select $1, $2, $3, 10 + g, 'bot', 'x', 'sent', 'old-' || g, 'cid' from generate_series(1, $4::int) g`,
    [workspaceId, botId, leadId, MANY],
  );
  await query('update leads set last_seq = $2 where id = $1', [leadId, MANY + 100]);
  await query(
    `insert into inbound_messages (workspace_id, bot_id, chat_id, wa_message_id, run_epoch, n, payload, correlation_id, filed_at, lead_id, target)
     select $1, $2, $3, 'raw-' || g, 1, g, '{}', 'cid', now(), $4, 'old-' || g from generate_series(1, $5::int) g`,
    [workspaceId, botId, chatId, leadId, MANY],
  );
  await query('analyze');

  const read = async () => {
    const rows = await query<{ relname: string; seq: string; index: string }>(
      'select relname, seq_tup_read::text as seq, idx_scan::text as index from pg_stat_user_tables where relname = any($1)',
      [tables],
    );
    return new Map(rows.map(({ relname, seq, index }) => [relname, { seq: Number(seq), index: Number(index) }]));
  };
  const { inbound, messages } = runner.workspace(workspaceId);
  const before = await read();
  // Postgres counts what a connection did a moment later.
  await waitFor(
    async () => {
      await inbound.receive(botId, 2, [
        aRawMessage({ text: 'one more' }),
        aRawMessage({ text: 'again', waMessageId: 'old-7' }),
      ]);
      await messages.recordAcks(botId, [{ waMessageId: 'old-9', ack: 2 }]);
      const now = await read();
      return tables.every((table) => (now.get(table)?.index ?? 0) > (before.get(table)?.index ?? 0));
    },
    { what: 'the counts' },
  );
  const after = await read();
  for (const table of tables) {
    expect([table, (after.get(table)?.seq ?? 0) - (before.get(table)?.seq ?? 0)]).toEqual([table, 0]);
  }
});
