import { setTimeout as pause } from 'node:timers/promises';
import { closeAfterwards, modelServer, waitFor } from '@wbm/testkit';
import pg from 'pg';
import { expect, test } from 'vitest';
import { accepted } from './harness/accepted.ts';
import { startProduct } from './harness/product.ts';

const chats = 1_000;

/**
 * Notes, inside the takeover's own transaction and while it holds the lead, when the chat changed hands and what is still
 * leaving once the takeover has looked (it gives the chat to a person after it silenced the bot). A claim needs the same
 * lock, so a claim with a later time came after the takeover, and what leaves can only have become less since it looked:
 * whatever the witness sees must have been named. What was out by then is in the conversation as sent.
 */
const witness = `
  alter table bots alter column send_per_minute set default 1000000; -- never used up, but counted: its lock is in the race
  create table witness (lead_id int primary key, at timestamptz not null, leaving int[] not null);
  grant insert, select on witness to wbm_service;
  create function witness_takeover() returns trigger language plpgsql security definer as $$
  begin
    insert into witness select new.id, clock_timestamp(),
      coalesce((select array_agg(id) from lead_messages where lead_id = new.id and sender = 'bot' and status = 'sending'), '{}')
    on conflict do nothing;
    return new;
  end $$;
  create trigger witness after update of assigned_to on leads for each row
    when (old.assigned_to is null and new.assigned_to is not null) execute function witness_takeover();`;

test('in a thousand takeovers racing an answer, no bot message is claimed afterwards and each one leaving is named', async () => {
  const model = await modelServer(() => ({
    content: { replies: ['Of course, here you are.'], fields: [] },
    delayMs: 50,
  }));
  const product = await startProduct({ model, env: { LOG_LEVEL: 'warn' } });
  const database = new pg.Pool({ connectionString: product.ownerUrl, max: 4 });
  closeAfterwards('pool of the witness', () => database.end());
  await database.query(witness);
  const bot = await product.bot({ id: 'racer', quietMs: 0, maxWaitMs: 1_000 });

  const named = new Map<number, number[]>();
  const takeOver = async (leadId: number) => {
    const { status, body } = await accepted('a takeover', () => product.vendor.claim(leadId));
    expect(status).toBe(200);
    named.set(
      leadId,
      body.leaving.map((message) => message.id),
    );
  };
  const answerIs = (leadId: number, ...statuses: string[]) =>
    waitFor(
      async () => {
        const answer = "select 1 from lead_messages where lead_id = $1 and sender = 'bot' and status = any ($2)";
        return (await database.query(answer, [leadId, statuses])).rowCount === 1;
      },
      { what: `an answer to be ${statuses[0]}`, timeoutMs: 120_000 },
    );
  // Every chat is taken over at a moment of its own, from before the model is asked until after the answer has left. Some look
  // where their answer is, so that there are such of every kind however slow the machine is.
  const moment = async (leadId: number) => {
    if (leadId % 10 === 0) return;
    if (leadId % 10 === 1) await answerIs(leadId, 'sending', 'sent', 'delivered', 'read');
    else if (leadId % 10 === 2) await answerIs(leadId, 'sent', 'delivered', 'read');
    else await pause((leadId * 37) % 1_600);
  };
  const claimed = new Set<number>();
  const pending: Promise<void>[] = [];
  const phones = Array.from({ length: chats }, (_, n) => `+5521900${(100_000 + n).toString()}`);
  for (let start = 0; start < chats; start += 25) {
    const batch = phones.slice(start, start + 25);
    await Promise.all(
      batch.map(async (phone) => {
        const customer = product.customer(bot.id, phone);
        const id = `FIRST-${phone.slice(1)}`;
        const written = await accepted('a message', () => customer.write('do you have one?', { id }));
        expect(written.status).toBe(201);
      }),
    );
    await waitFor(
      async () => {
        const { rows } = await database.query<{ id: number }>('select id from leads');
        for (const { id } of rows.filter((row) => !claimed.has(row.id))) {
          claimed.add(id);
          pending.push(moment(id).then(() => takeOver(id)));
        }
        return claimed.size >= start + batch.length;
      },
      { what: `${start + batch.length} leads`, timeoutMs: 120_000 },
    );
  }
  await Promise.all(pending);
  await waitFor(
    async () =>
      (await database.query("select 1 from lead_messages where status in ('queued', 'sending') limit 1")).rowCount ===
      0,
    { what: 'nothing to be on its way any more', timeoutMs: 120_000 },
  );

  const { rows: late } = await database.query(
    `select m.id from lead_messages m join witness w using (lead_id)
      where m.sender = 'bot' and m.status <> 'cancelled' and m.claimed_at > w.at`,
  );
  expect(late).toEqual([]);
  const { rows: leaving } = await database.query<{ lead_id: number; leaving: number[] }>(
    'select lead_id, leaving from witness',
  );
  expect(leaving).toHaveLength(chats);
  expect(leaving.filter(({ leaving: ids }) => ids.length > 0).length).toBeGreaterThan(0);
  for (const { lead_id, leaving: ids } of leaving) expect(named.get(lead_id)).toEqual(expect.arrayContaining(ids));

  // The race was one: some chats were taken before the answer left, some while it was leaving or after. How many of each is
  // a matter of how busy the machine is (50 to 65 of a thousand left with ten others at work).
  const { rows: outcomes } = await database.query<{ status: string; n: string }>(
    "select status, count(*) n from lead_messages where sender = 'bot' group by status",
  );
  const count = (status: string) => Number(outcomes.find((row) => row.status === status)?.n ?? 0);
  expect(count('sent') + count('delivered') + count('read')).toBeGreaterThan(20);
  expect(chats - count('sent') - count('delivered') - count('read')).toBeGreaterThan(20);
}, 900_000);
