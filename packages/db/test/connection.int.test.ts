import { createLog, Permanent, Transient } from '@wbm/runtime';
import { aNewBot, aWorkspace, freshDatabase, ownerQuery, ownPostgres, storesAs, waitFor } from '@wbm/testkit';
import pg from 'pg';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { openConnection } from '../src/connection/connection.ts';
import { openPool } from '../src/connection/open-pool.ts';
import { openScope } from '../src/connection/scope.ts';
import { openDatabase } from '../src/index.ts';

const log = createLog({ service: 'test', level: 'silent' });

test('each service works as its own role, in UTC, and may not do another’s work', async () => {
  const database = await freshDatabase();
  const gateway = openConnection({ url: database.appUrl, service: 'gateway', poolSize: 2, log });
  const { workspaceId } = await aWorkspace(database);
  const who = await gateway.inWorkspace(
    workspaceId,
    (prisma) =>
      prisma.$queryRaw`select current_user::text as role, current_setting('TimeZone') as zone, current_setting('statement_timeout') as timeout`,
  );
  expect(who).toEqual([{ role: 'wbm_gateway', zone: 'UTC', timeout: '10s' }]);
  await gateway.close();

  const stores = await storesAs('gateway', database);
  await expect(stores.fleet.counts(crypto.randomUUID())).rejects.toMatchObject({
    name: 'Permanent',
    code: 'db.not-permitted',
  });
  await expect(stores.sweep.due(0, 1)).rejects.toMatchObject({ code: 'db.not-permitted' });
});

test('a scope inside a scope is a bug, and the connection comes back', async () => {
  const database = await freshDatabase();
  const { workspaceId } = await aWorkspace(database);
  const connection = openConnection({ url: database.appUrl, service: 'gateway', poolSize: 1, log });
  const scope = openScope(connection, workspaceId);
  await expect(scope.within(() => scope.within(async () => 1))).rejects.toThrow('inWorkspace inside inWorkspace');
  expect(await scope.within(async () => 2)).toBe(2);
  // After a transaction the setting is '' on the connection: no workspace, and not everybody's.
  expect(await connection.answer('current_workspace', {}, z.null())).toBeNull();
  expect(() => openScope(connection, 'not-a-uuid')).toThrow();
  await connection.close();
});

test('what the database refuses names its constraint and quotes nothing', async () => {
  const database = await freshDatabase();
  const { workspaceId } = await aWorkspace(database);
  const stores = await storesAs('gateway', database);
  const bot = aNewBot({ id: 'once', prompt: 'a secret prompt' });
  expect(await stores.workspace(workspaceId).bots.create(bot)).toMatchObject({ id: 'once', promptVersion: 1 });
  expect(await stores.workspace(workspaceId).bots.create(bot)).toBe('id-taken');
  const runner = await storesAs('bot-runner', database);
  const raw = { jid: '551190000@c.us', waMessageId: 'x', n: 1, payload: {}, history: false, correlationId: 'c' };
  const failure = await runner
    .workspace(workspaceId)
    .inbound.receive('no-such-bot', 1, [raw])
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Permanent);
  expect(failure).toMatchObject({ code: 'db.foreign-key', constraint: 'chats_workspace_id_bot_id_fkey' });
  expect(JSON.stringify([String(failure), (failure as Error).stack, String((failure as Error).cause)])).not.toContain(
    'no-such-bot',
  );
});

test('a server that is not there, a wrong password, a wrong database', async () => {
  const database = await freshDatabase();
  const failureOf = async (change: (url: URL) => void) => {
    const url = new URL(database.appUrl);
    change(url);
    const opened = await openDatabase({ url: url.href, service: 'gateway', poolSize: 1, log });
    expect(await opened.ping()).toBe(false);
    const failure = await opened
      .workspace(crypto.randomUUID())
      .bots.list()
      .catch((error: unknown) => error);
    await opened.close();
    return failure;
  };
  expect(
    await failureOf((url) => {
      url.port = '1';
    }),
  ).toMatchObject({ name: 'Transient', code: 'db.unreachable' });
  expect(
    await failureOf((url) => {
      url.password = 'wrong';
    }),
  ).toMatchObject({ name: 'Permanent', code: 'db.login-refused' });
  expect(
    await failureOf((url) => {
      url.pathname = '/nowhere';
    }),
  ).toMatchObject({ code: 'db.no-such-database' });
});

test('a deadlock and a cancelled statement may be tried again', async () => {
  const database = await freshDatabase();
  const { workspaceId } = await aWorkspace(database);
  const connection = openConnection({ url: database.appUrl, service: 'gateway', poolSize: 2, log });
  const query = ownerQuery(database.ownerUrl);
  const slow = connection.inWorkspace(workspaceId, (prisma) => prisma.$queryRaw`select pg_sleep(60)::text`);
  const cancelled = expect(slow).rejects.toMatchObject({
    name: 'Transient',
    code: 'db.unavailable',
    context: { sqlState: '57014' },
  });
  const sleeping = `from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()`;
  await waitFor(async () => (await query(`select pg_cancel_backend(pid) ${sleeping}`)).length > 0, {
    what: 'a statement to cancel',
  });
  await cancelled;
  const held = { both: false };
  const crossing = (first: number, second: number) =>
    connection.inWorkspace(workspaceId, async (prisma) => {
      await prisma.$queryRaw`select pg_advisory_xact_lock(${first}::bigint)::text`;
      await waitFor(
        async () =>
          (
            await query<{ n: number }>(
              `select count(*)::int as n from pg_locks l join pg_database d on d.oid = l.database
               where locktype = 'advisory' and datname = current_database()`,
            )
          )[0]?.n === 2 || held.both,
        { what: 'both first locks' },
      );
      held.both = true;
      await prisma.$queryRaw`select pg_advisory_xact_lock(${second}::bigint)::text`;
    });
  const settled = await Promise.allSettled([crossing(1, 2), crossing(2, 1)]);
  const refused = settled.filter((one) => one.status === 'rejected').map((one) => one.reason);
  expect(refused).toHaveLength(1);
  expect(refused[0]).toBeInstanceOf(Transient);
  expect(refused[0]).toMatchObject({ context: { sqlState: '40P01' } });
  await connection.close();
});

test('a restarted Postgres needs no restarted service', async () => {
  const server = await ownPostgres();
  const { workspaceId } = await aWorkspace(server);
  const stores = await storesAs('gateway', server);
  const bots = stores.workspace(workspaceId).bots;
  await Promise.all([bots.list(), bots.list(), bots.list()]);
  const failures: unknown[] = [];
  let working = true;
  const traffic = (async () => {
    while (working) await bots.list().catch((error: unknown) => failures.push(error));
  })();
  await server.stop();
  await waitFor(() => failures.length > 0, { what: 'a failure while Postgres is away' });
  await server.start();
  expect(await waitFor(() => bots.list().catch(() => null), { what: 'the stores to work again' })).toEqual([]);
  working = false;
  await traffic;
  expect(failures.filter((failure) => !(failure instanceof Transient))).toEqual([]);

  // A power cut in the middle of a transaction.
  const open = stores.workspace(workspaceId);
  const doomed = open.bots.create(aNewBot()).catch((error: unknown) => error);
  await server.stop('kill');
  const outcome = await doomed;
  if (outcome instanceof Error) expect(outcome).toBeInstanceOf(Transient);
  else expect(outcome).toMatchObject({ id: expect.any(String) });
  await server.start();
  expect(await waitFor(() => stores.ping(), { what: 'Postgres to answer' })).toBe(true);
});

test('a frozen Postgres costs its caller a bounded time', async () => {
  const server = await ownPostgres();
  const { workspaceId } = await aWorkspace(server);
  const connection = openConnection({
    url: server.appUrl,
    service: 'gateway',
    poolSize: 2,
    log,
    statementTimeoutMs: 200,
  });
  const list = () => connection.inWorkspace(workspaceId, (prisma) => prisma.bot.count());
  const listed = () =>
    list()
      .then((n) => [n])
      .catch(() => null);
  await waitFor(listed, { what: 'an answer before the frost' });
  server.freeze();
  const began = performance.now();
  await expect(list()).rejects.toMatchObject({ name: 'Transient' });
  expect(performance.now() - began).toBeLessThan(30_000);
  server.thaw();
  expect(await waitFor(listed, { what: 'an answer after the thaw' })).toEqual([0]);
  await connection.close();
});

test('the pool is told what the server grants', async () => {
  const database = await freshDatabase();
  const stores = await storesAs('scheduler', database);
  expect(await stores.limits()).toEqual({ maxConnections: 500, reserved: 3 });
  const one = new pg.Client({ connectionString: database.ownerUrl });
  await one.connect();
  const { rows } = await one.query(
    `select application_name from pg_stat_activity where datname = current_database() and usename = 'wbm_app'`,
  );
  await one.end();
  expect(rows).toEqual([{ application_name: 'wbm scheduler' }]);
});

test('a hot path is one round trip', async () => {
  const database = await freshDatabase();
  const { workspaceId } = await aWorkspace(database);
  const runner = await storesAs('bot-runner', database);
  const { messages } = runner.workspace(workspaceId);
  await messages.nextSends('warm');
  const sent = vi.spyOn(pg.Client.prototype, 'query');
  try {
    await messages.nextSends('nobody');
    expect(sent).toHaveBeenCalledTimes(1);
    expect(await messages.claim(1, 1, 'wa', 1)).toBe('gone');
    expect(sent).toHaveBeenCalledTimes(2);
  } finally {
    sent.mockRestore();
  }
});

test('a connection that is lost in the moment it goes from hand to hand ends no process', async () => {
  const { appUrl } = await freshDatabase();
  const pool = openPool({ url: appUrl, service: 'gateway', poolSize: 1, log });
  const first = await pool.connect();
  const next = pool.connect();
  first.release();
  // As when Postgres says goodbye in the same breath as its last answer: who waits has not run yet.
  first.emit('error', new Error('terminating connection due to unexpected postmaster exit'));
  (await next).release(true);
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await pool.end();
});
