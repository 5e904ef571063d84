import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLog } from '@wbm/runtime';
import { aWorkspace, closeAfterwards, emptyDatabase, ownerQuery, ownPostgres, storesAs } from '@wbm/testkit';
import { expect, test } from 'vitest';
import { diffSchema, issueSignInLinks, migrate, seedDemoBot } from '../src/index.ts';
import { prismaFolder } from '../src/migrator/migration-files.ts';
import { newMigration } from '../src/migrator/new-migration.ts';

const log = createLog({ service: 'test', level: 'silent' });

/** A copy of prisma/ that a test may spoil. */
async function aPrismaFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wbm-test-prisma-'));
  closeAfterwards(folder, () => rm(folder, { recursive: true, force: true }));
  await cp(prismaFolder, folder, { recursive: true });
  return folder;
}

test('an empty database is brought up to date, once, however many do it at once', async () => {
  const { ownerUrl, appUrl } = await emptyDatabase();
  const each = await Promise.all([1, 2, 3].map(() => migrate({ ownerUrl, appUrl, log })));
  const known = (await readdir(join(prismaFolder, 'migrations'))).filter((name) => /^\d/.test(name)).sort();
  expect(each.filter((applied) => applied.length > 0)).toEqual([known]);
  expect(await migrate({ ownerUrl, appUrl, log })).toEqual([]);
});

test('the login owns nothing, inherits nothing, and a changed password is taken over', async () => {
  const { ownerUrl, appUrl } = await emptyDatabase();
  const login = new URL(appUrl);
  login.username = 'wbm_login_of_this_test';
  await migrate({ ownerUrl, appUrl: login.href, log });
  login.password = "another'one";
  await migrate({ ownerUrl, appUrl: login.href, log });
  const query = ownerQuery(ownerUrl);
  closeAfterwards('login role', () => query(`drop owned by wbm_login_of_this_test; drop role wbm_login_of_this_test`));
  expect(
    await query(
      `select rolinherit, rolsuper, rolcreaterole, rolbypassrls, rolcreatedb from pg_roles where rolname = 'wbm_login_of_this_test'`,
    ),
  ).toEqual([{ rolinherit: false, rolsuper: false, rolcreaterole: false, rolbypassrls: false, rolcreatedb: false }]);
  const reads = ownerQuery(login.href);
  await expect(reads('select * from leads')).rejects.toMatchObject({ code: '42501' });
});

test('an owner that is no superuser, as on a managed server, migrates and seeds', async () => {
  const server = await ownPostgres({ migrated: false });
  const query = ownerQuery(server.ownerUrl);
  await query(`create role plain login createrole password 'plain'`);
  await query('create database managed owner plain');
  const [owner, app] = [new URL(server.ownerUrl), new URL(server.appUrl)];
  for (const url of [owner, app]) url.pathname = '/managed';
  owner.username = 'plain';
  owner.password = 'plain';
  const managed = { ownerUrl: owner.href, appUrl: app.href };
  expect((await migrate({ ...managed, log })).length).toBeGreaterThan(0);
  const { workspaceId, admin } = await aWorkspace(managed);
  await seedDemoBot({ ownerUrl: owner.href, workspaceId, ownerEmail: admin });
  const gateway = await storesAs('gateway', managed);
  expect(await gateway.workspace(workspaceId).bots.list()).toMatchObject([{ id: 'demo' }]);
  const links = await issueSignInLinks({ ownerUrl: owner.href, workspaceId, emails: [admin], ttlMs: 60_000 });
  expect(await gateway.signIn.redeem(links[admin] ?? '')).toMatchObject({ workspaceId });
  const runner = await storesAs('bot-runner', managed);
  const runnerId = crypto.randomUUID();
  await runner.fleet.beat(runnerId, 'here', 1, false, 60_000);
  expect(await runner.fleet.take(runnerId, 1)).toMatchObject([{ botId: 'demo' }]);
});

test('what is wrong is said by whom it concerns', async () => {
  const { ownerUrl, appUrl } = await emptyDatabase();
  const failure = (owner: string, app: string) =>
    migrate({ ownerUrl: owner, appUrl: app, log }).catch((error: unknown) => error);
  const changed = (url: string, change: (url: URL) => void) => {
    const other = new URL(url);
    change(other);
    return other.href;
  };
  expect(
    await failure(
      changed(ownerUrl, (url) => {
        url.port = '1';
      }),
      appUrl,
    ),
  ).toMatchObject({ name: 'Transient', code: 'db.unreachable' });
  expect(
    await failure(
      changed(ownerUrl, (url) => {
        url.password = 'x';
      }),
      appUrl,
    ),
  ).toMatchObject({ code: 'db.login-refused' });
  expect(
    await failure(
      changed(ownerUrl, (url) => {
        url.pathname = '/none';
      }),
      appUrl,
    ),
  ).toMatchObject({ code: 'db.no-such-database' });
  expect(await failure(ownerUrl, ownerUrl)).toMatchObject({ code: 'db.login-is-owner' });
  expect(
    await failure(
      ownerUrl,
      changed(appUrl, (url) => {
        url.username = '';
        url.password = '';
      }),
    ),
  ).toMatchObject({ code: 'db.no-login' });
  await migrate({ ownerUrl, appUrl, log });
  // The login is no owner: it may not even read which migrations there are.
  expect(
    await failure(
      appUrl,
      changed(ownerUrl, () => {}),
    ),
  ).toMatchObject({ name: 'Permanent' });
});

test('a migration that fails leaves nothing, and is tried again when it was mended', async () => {
  const { ownerUrl, appUrl } = await emptyDatabase();
  const folder = await aPrismaFolder();
  const added = join(folder, 'migrations', '29990101000000_added');
  await cp(
    join(folder, 'migrations', (await readdir(join(folder, 'migrations'))).filter((name) => /^\d/.test(name))[0] ?? ''),
    added,
    { recursive: true },
  );
  await writeFile(join(added, 'migration.sql'), 'create table half (id int); select 1 from no_such_table;');
  const failure = await migrate({ ownerUrl, appUrl, log, folder }).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    name: 'Permanent',
    code: 'db.migration-failed',
    message: expect.stringMatching(/29990101000000_added[\s\S]*no_such_table/),
  });
  expect(await ownerQuery(ownerUrl)(`select to_regclass('half')::text as half`)).toEqual([{ half: null }]);
  await writeFile(
    join(added, 'migration.sql'),
    'create table half (id int); create function semicolons() returns int language sql as $$ select 1; select 2; $$;',
  );
  expect(await migrate({ ownerUrl, appUrl, log, folder })).toEqual(['29990101000000_added']);
});

test('schema and migrations agree; when they do not, the difference is the next migration', async () => {
  const { ownerUrl } = await emptyDatabase();
  expect(await diffSchema({ ownerUrl })).toBe('');
  expect(await newMigration({ ownerUrl, name: 'nothing', now: new Date() })).toBeUndefined();
  const folder = await aPrismaFolder();
  const schema = join(folder, 'schema.prisma');
  const text = await readFile(schema, 'utf8');
  await writeFile(schema, text.replace('model Workspace {', 'model Workspace {\n  nickname String?'));
  expect(await diffSchema({ ownerUrl, folder })).toContain('ADD COLUMN     "nickname" TEXT');
  const made = await newMigration({ ownerUrl, name: 'Add nickname', now: new Date('2999-01-02T03:04:05Z'), folder });
  expect(made).toBe(join(folder, 'migrations', '29990102030405_add_nickname'));
  expect(await diffSchema({ ownerUrl, folder })).toBe('');
  const left = await ownerQuery(ownerUrl)(`select datname from pg_database where datname like 'wbm_shadow%'`);
  expect(left).toEqual([]);
});

test('the migration job ends with 0, and with 1 and one clear line', async () => {
  const { ownerUrl, appUrl } = await emptyDatabase();
  const job = (env: Record<string, string>) =>
    spawnSync(process.execPath, [fileURLToPath(new URL('../src/migrate-main.ts', import.meta.url))], {
      env: { PATH: process.env.PATH, ENV_FILE: 'none', ...env },
      encoding: 'utf8',
    });
  expect(job({ DATABASE_OWNER_URL: ownerUrl, DATABASE_URL: appUrl })).toMatchObject({ status: 0 });
  const faulty = job({ DATABASE_URL: 'mysql://x' });
  expect(faulty).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/DATABASE_OWNER_URL is not set[\s\S]*DATABASE_URL must be/),
  });
  const wrong = new URL(ownerUrl);
  wrong.password = 'not-the-password';
  const refused = job({ DATABASE_OWNER_URL: wrong.href, DATABASE_URL: appUrl });
  expect(refused).toMatchObject({ status: 1, stderr: 'cannot migrate: Postgres refuses this user or password\n' });
  expect(refused.stdout).not.toContain('not-the-password');
});
