import {
  aNewBot,
  aWorkspace,
  freshDatabase,
  type OwnerQuery,
  ownerQuery,
  storesAs,
  type TestDatabase,
  waitFor,
} from '@wbm/testkit';
import pg from 'pg';
import { beforeAll, expect, test } from 'vitest';
import type { Database } from '../src/index.ts';

let database: TestDatabase;
let query: OwnerQuery;
let runner: Database;
let workspaceId: string;
let botId: string;
beforeAll(async () => {
  database = await freshDatabase();
  query = ownerQuery(database.ownerUrl);
  runner = await storesAs('bot-runner', database);
  ({ workspaceId } = await aWorkspace(database));
  const bot = await (await storesAs('gateway', database)).workspace(workspaceId).bots.create(aNewBot());
  if (bot === 'id-taken') throw new Error('id taken');
  botId = bot.id;
});

/** A chat's messages of a vendor, with these WhatsApp ids, in this status; answers their ids, lowest first. */
async function messages(phone: string, waIds: readonly string[], status: string, reason: string | null) {
  const rows = await query<{ id: number }>(
    `with c as (insert into contacts (workspace_id, phone) values ($1, $3) returning id),
          l as (insert into leads (workspace_id, bot_id, contact_id, chat_jid) select $1, $2, c.id, 'x@c.us' from c returning id)
     insert into lead_messages (workspace_id, bot_id, lead_id, seq, sender, message, status, status_reason, wa_message_id, chat_jid, correlation_id)
     select $1, $2, l.id, w.n, 'vendor', 'x', $5, $6, w.wa, 'x@c.us', 'cid' from l, unnest($4::text[]) with ordinality w(wa, n)
     order by w.n returning id`,
    [workspaceId, botId, phone, [...waIds], status, reason],
  );
  return rows.map(({ id }) => id);
}

test('a failed message that a phone received after all did arrive; nothing less lifts it', async () => {
  const [messageId = 0] = await messages('+15550001', ['wa-lifted'], 'failed', 'WhatsApp refused the message.');
  const { recordAcks } = runner.workspace(workspaceId).messages;
  const told = async (ack: number) => recordAcks(botId, [{ waMessageId: 'wa-lifted', ack }]);
  expect(await told(1)).toEqual([]);
  expect(await told(-1)).toEqual([]);
  expect(await told(2)).toMatchObject([{ messageId, status: 'delivered' }]);
  expect(await query('select status, status_reason from lead_messages where id = $1', [messageId])).toEqual([
    { status: 'delivered', status_reason: null },
  ]);
  expect(await told(3)).toMatchObject([{ messageId, status: 'read' }]);
  expect(await told(-1)).toEqual([]);
});

test('a refusal is the last word on what no phone has, also when it comes with an earlier mark', async () => {
  const [refused = 0, arrived = 0] = await messages('+15550003', ['wa-refused', 'wa-arrived'], 'sending', null);
  const acks = (waMessageId: string, ...marks: number[]) => marks.map((ack) => ({ waMessageId, ack }));
  const { recordAcks } = runner.workspace(workspaceId).messages;
  const told = await recordAcks(botId, [...acks('wa-refused', 1, -1), ...acks('wa-arrived', -1, 2)]);
  expect(told).toHaveLength(2);
  expect(told).toContainEqual(expect.objectContaining({ messageId: refused, status: 'failed' }));
  expect(told).toContainEqual(expect.objectContaining({ messageId: arrived, status: 'delivered' }));
});

test('rows are locked by their ids, so that two batches never wait for each other', async () => {
  const waIds = Array.from({ length: 30 }, (_, n) => `wa-ordered-${30 - n}`);
  const [first = 0, ...others] = await messages('+15550002', waIds, 'sent', null);
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  try {
    await owner.query('begin');
    await owner.query('select 1 from lead_messages where id = $1 for update', [first]);
    const acks = waIds.map((waMessageId) => ({ waMessageId, ack: 2 })).reverse();
    const recorded = runner.workspace(workspaceId).messages.recordAcks(botId, acks);
    await waitFor(
      async () =>
        (
          await query(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
        )[0],
      { what: 'the acks to wait for the first row' },
    );
    // It waits for the first row, so it has none of the others.
    await owner.query('select 1 from lead_messages where id = any($1) for update nowait', [others]);
    await owner.query('commit');
    expect(await recorded).toHaveLength(30);
  } finally {
    await owner.end();
  }
});
