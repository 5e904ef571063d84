import { isDeepStrictEqual } from 'node:util';
import { queueCommands } from '@wbm/contracts';
import { type ServiceName, serviceNames } from '@wbm/runtime';
import {
  closeAfterwards,
  heldLock,
  type OwnerQuery,
  type OwnRedis,
  ownerQuery,
  ownRedis,
  type RunningService,
  waitFor,
  waitsForLock,
} from '@wbm/testkit';
import { Redis } from 'ioredis';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Product, startProduct } from './harness/product.ts';

const DEADLINE_MS = 120_000;
/** What a service allows itself by default: a stop waits for what is held, and not for time-outs. */
const STOPPED_WITHIN_MS = 25_000;
const BOT = 'patient';
/** Stands in the way of whoever changes the bot or must be sure of its run, not of rows that only belong to it. */
const BOT_ROW = 'select 1 from bots where id = $1 for no key update';
/** The gateway last: the others' work is given to them through it. */
const inTurn = [...serviceNames.filter((name) => name !== 'gateway'), 'gateway'] as const;

let redis: OwnRedis;
let product: Product;
let query: OwnerQuery;
let probe: Redis;
let customers = 0;

beforeAll(async () => {
  redis = await ownRedis();
  product = await startProduct({
    redisUrl: redis.url,
    env: {
      SWEEP_MS: '500',
      SWEEP_GRACE_MS: '0',
      // No runner loses its lease, and waits for the bot's row to say so, while the test has that locked.
      LEASE_MS: '15000',
      SHUTDOWN_DEADLINE_MS: String(DEADLINE_MS),
    },
  });
  query = ownerQuery(product.ownerUrl);
  probe = new Redis(redis.url);
  closeAfterwards('redis probe', () => probe.disconnect());
  await product.bot({ id: BOT, quietMs: 100 });
  await query('update bot_features set scheduling_enabled = true');
});

/** Work that a service has begun and cannot finish before `release`, because the test holds a lock it needs. */
interface Held {
  release(): Promise<void>;
  finished(): Promise<void>;
}

const lock = (statement: string, values?: readonly unknown[]) => heldLock(product.ownerUrl, statement, values);
/** Nothing is under way, so that whoever waits for a lock waits in the work it is given then. */
const settled = () =>
  waitFor(
    async () =>
      (
        await query(
          `select 1 from inbound_messages where filed_at is null and refused is null
           union all select 1 from leads where reply_due_at is not null
           union all select 1 from ai_turns where delivered_at is null and refused is null
           union all select 1 from lead_messages where status in ('queued', 'sending')
           union all select 1 from schedules where not executed and status = 'pending'`,
        )
      ).length === 0,
    { what: 'nothing to be under way', timeoutMs: 120_000 },
  );
const comesTrue = (what: string, sql: string, values: readonly unknown[]) => async () => {
  await waitFor(async () => (await query(sql, values)).length > 0, { what, timeoutMs: 3_000 });
};
const aCustomer = () => {
  customers += 1;
  const phone = `+55119876570${String(customers).padStart(2, '0')}`;
  return { phone, writes: (text: string) => product.customer(BOT, phone).write(text) };
};

const beginWork: Record<ServiceName, (service: RunningService) => Promise<Held>> = {
  async gateway(service) {
    const release = await lock('lock table bots in access exclusive mode');
    const answer = fetch(`http://127.0.0.1:${service.facts.port}/api/bots`, {
      method: 'POST',
      headers: { cookie: product.admin.cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Last one', prompt: 'Be kind.' }),
    });
    answer.catch(() => undefined);
    return { release, finished: async () => expect((await answer).status).toBe(201) };
  },
  async 'lead-worker'() {
    const { phone, writes } = aCustomer();
    // Nobody else writes these: a runner that cannot store that a message was delivered stores nothing that comes after it.
    const release = await lock('lock table contacts in share row exclusive mode');
    await writes('please file me');
    const filed = `select 1 from lead_messages m join leads l on l.id = m.lead_id where l.whatsapp_number = $1`;
    return { release, finished: comesTrue('the message to be filed', filed, [phone]) };
  },
  async 'ai-worker'() {
    const { phone, writes } = aCustomer();
    const release = await lock('lock table ai_turns in share row exclusive mode');
    await writes('please answer me');
    const answered = `select 1 from ai_turns t join leads l on l.id = t.lead_id where l.whatsapp_number = $1`;
    return { release, finished: comesTrue('the answer to be stored', answered, [phone]) };
  },
  async scheduler() {
    const release = await lock(BOT_ROW, [BOT]);
    const [row] = await query<{ id: number }>(
      `insert into schedules (workspace_id, bot_id, action, scheduled_at, created_by)
       select $1, $2, 'enable', now(), id from users where email = 'admin@example.test' returning id`,
      [product.workspaceId, BOT],
    );
    const executed = 'select 1 from schedules where id = $1 and executed';
    return { release, finished: comesTrue('the schedule to be executed', executed, [row?.id]) };
  },
  async 'bot-runner'() {
    const { phone, writes } = aCustomer();
    await waitFor(async () => (await product.botState(BOT)).state === 'ready', { what: 'the bot', timeoutMs: 90_000 });
    await writes('hello');
    const lead = await waitFor(
      async () => (await product.admin.leads()).find(({ whatsappNumber }) => whatsappNumber === phone),
      { what: 'the lead' },
    );
    await product.admin.claim(lead.id);
    await settled();
    const release = await lock(BOT_ROW, [BOT]);
    // Past the gateway, which waits for the bot's row itself. The runner finds it by looking.
    const [said] = await query<{ id: number }>(
      `with l as (update leads set last_seq = last_seq + 1 where id = $1 returning *)
       insert into lead_messages (workspace_id, bot_id, lead_id, seq, sender, message, status, chat_jid, correlation_id)
       select workspace_id, bot_id, id, last_seq, 'vendor', 'I am here', 'queued', chat_jid, 'cid' from l returning id`,
      [lead.id],
    );
    const sent = `select 1 from lead_messages where id = $1 and status <> 'queued' and status <> 'sending'`;
    return { release, finished: comesTrue('the message to be sent', sent, [said?.id]) };
  },
};

/** Everything the service has open. Each connection says whose it is: by its service, or by the queue it pulls from. */
async function connections(name: ServiceName) {
  const inPostgres = await query(
    'select 1 from pg_stat_activity where datname = current_database() and application_name = $1',
    [`wbm ${name}`],
  );
  const queues = Object.values(queueCommands).filter((command) => command.owner === name);
  const names = [`:${name}:`, ...queues.map(({ id }) => `.${id}}:`)];
  const clients = String(await probe.client('LIST')).split('\n');
  const inRedis = clients.filter((client) => names.some((part) => client.includes(part)));
  return { postgres: inPostgres.length, redis: inRedis.length };
}
const isSome = (count: number) => count > 0;
const none = { postgres: 0, redis: 0 };
const hasNone = (name: ServiceName) =>
  waitFor(async () => isDeepStrictEqual(await connections(name), none), {
    what: `all connections of ${name} to close`,
  });

test.each(inTurn)(
  '%s finishes what it holds, closes every connection and ends with 0; told twice it ends at once with 1',
  async (name) => {
    await settled();
    await product.service(name).stop();
    await hasNone(name);

    const service = await product.start(name);
    expect(await connections(name)).toEqual({ postgres: expect.toSatisfy(isSome), redis: expect.toSatisfy(isSome) });
    const held = await beginWork[name](service);
    onTestFinished(held.release);
    await waitsForLock(query, name);
    service.kill('SIGTERM');
    await service.waitForLog('service.stopping');
    await held.release();
    const released = performance.now();
    expect(await service.exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - released).toBeLessThan(STOPPED_WITHIN_MS);
    await held.finished();
    const pulls = Object.values(queueCommands).some((command) => command.owner === name);
    const saidAtTheEnd = service.logs.slice(service.logs.findIndex((line) => line.event === 'service.stopping'));
    expect(saidAtTheEnd.some((line) => line.event === 'command.done')).toBe(pulls);
    const closed = saidAtTheEnd.filter((line) => line.event === 'scope.closed').map((line) => line.resource);
    expect(closed).toEqual(expect.arrayContaining(['bus', 'database']));
    await hasNone(name);

    const hasty = await product.start(name);
    await settled();
    const dropped = await beginWork[name](hasty);
    onTestFinished(dropped.release);
    await waitsForLock(query, name);
    hasty.kill('SIGTERM');
    await hasty.waitForLog('service.stopping');
    const told = performance.now();
    hasty.kill('SIGTERM');
    expect(await hasty.exited).toEqual({ code: 1, signal: null });
    // What it holds is still locked: it did not wait for it.
    expect(performance.now() - told).toBeLessThan(STOPPED_WITHIN_MS);
    const why = hasty.logs.map((line) => line.event);
    expect(why).toContain('service.forced');
    expect(why).not.toContain('service.deadline-exceeded');
    // A backend that waits for a lock does not see that its client is gone.
    await dropped.release();
    await hasNone(name);
    await product.start(name);
  },
);
