import { beforeAll, describe, expect, test } from 'vitest';
import { serviceRoles } from '../src/service-roles.ts';
import { callOf } from './tenants/arguments.ts';
import { asService } from './tenants/as-service.ts';
import {
  crossWorkspace,
  functions,
  openFunctions,
  type Reference,
  references,
  type SqlFunction,
  type Table,
  tenantTables,
  unboundColumns,
  unfencedTables,
} from './tenants/catalogue.ts';
import { isOf, snapshot, twoWorkspaces } from './tenants/two-workspaces.ts';

/** What was read here and now from the catalogue, so that a table or function added tomorrow is tried tomorrow. */
async function open() {
  const world = await twoWorkspaces();
  const { query, database } = world;
  return {
    ...world,
    attempt: asService(database.appUrl),
    tables: await tenantTables(query),
    keys: await references(query),
    fns: await functions(query),
  };
}

let world: Awaited<ReturnType<typeof open>>;
beforeAll(async () => {
  world = await open();
});

const eachRole = async (visit: (role: string) => Promise<void>) => {
  for (const role of serviceRoles) await visit(role);
};
const granted = async (role: string, table: Table, right: string) => {
  const [row] = await world.query<{ may: boolean }>('select has_table_privilege($1, $2, $3) as may', [
    role,
    table.name,
    right,
  ]);
  return row?.may === true;
};

describe('the catalogue', () => {
  test('every table is fenced, and one that is not would be found', async () => {
    expect(world.tables.length).toBeGreaterThan(15);
    expect(await unfencedTables(world.query)).toEqual([]);
    await world.query('create table planted (workspace_id uuid)');
    await world.query('create table planted_open (workspace_id uuid)');
    await world.query(
      'alter table planted_open enable row level security; alter table planted_open force row level security',
    );
    await world.query('create policy everybody on planted_open to wbm_service using (true)');
    try {
      expect(await unfencedTables(world.query)).toEqual(['public.planted', 'public.planted_open']);
    } finally {
      await world.query('drop table planted, planted_open');
    }
  });

  test('only the listed functions look across workspaces, each for one role; another would be found', async () => {
    expect(await openFunctions(world.query)).toEqual([]);
    await world.query(
      'create function app.planted(p_lead int) returns text language sql security definer as $$ select name from leads where id = p_lead $$',
    );
    try {
      expect(await openFunctions(world.query)).toEqual(['planted']);
    } finally {
      await world.query('drop function app.planted');
    }
  });

  test('every reference between tenants’ tables carries the workspace', () => {
    const loose = world.keys.filter(
      ({ columns, targetColumns }: Reference) =>
        columns.indexOf('workspace_id') !== targetColumns.indexOf('workspace_id') || !columns.includes('workspace_id'),
    );
    expect(loose.map((key) => key.name)).toEqual([]);
    expect(world.keys.length).toBeGreaterThan(10);
  });

  test('every column that names a tenant’s row is part of such a reference', async () => {
    expect(await unboundColumns(world.query)).toEqual([]);
  });
});

describe('rows', () => {
  test('each table has rows of both workspaces, so that the next tests try something', async () => {
    for (const table of world.tables.filter(({ name }) => name !== 'public.runners')) {
      const rows = await world.query<{ row: string }>(`select to_jsonb(t)::text as row from ${table.name} t`);
      expect([
        table.name,
        rows.some(({ row }) => isOf(world.ours, row)),
        rows.some(({ row }) => isOf(world.theirs, row)),
      ]).toEqual([table.name, true, true]);
    }
  });

  test('one’s own are read, the other’s are not, and without a workspace none', async () => {
    await eachRole(async (role) => {
      for (const table of world.tables) {
        const select = `select to_jsonb(t)::text as row from ${table.name} t`;
        const scoped = await world.attempt<{ row: string }>(role, world.ours.workspaceId, select);
        if (!(await granted(role, table, 'select'))) {
          expect([table.name, scoped]).toEqual([table.name, { refused: '42501' }]);
          continue;
        }
        expect([table.name, scoped.rows?.some(({ row }) => isOf(world.ours, row))]).toEqual([table.name, true]);
        expect([table.name, scoped.rows?.filter(({ row }) => isOf(world.theirs, row))]).toEqual([table.name, []]);
        expect([table.name, await world.attempt(role, null, select)]).toEqual([table.name, { rows: [] }]);
      }
    });
  });

  test('the other’s are neither changed nor deleted, and none is smuggled in or handed over', async () => {
    const before = await snapshot(world.query, world.tables, world.theirs);
    await eachRole(async (role) => {
      for (const table of world.tables.filter(({ columns }) => columns.includes('workspace_id'))) {
        const { ours, theirs } = world;
        const theirRows = [theirs.workspaceId];
        const changed = await world.attempt(
          role,
          ours.workspaceId,
          `update ${table.name} set workspace_id = workspace_id where workspace_id = $1 returning 1`,
          theirRows,
          { keep: true },
        );
        expect([table.name, changed.rows ?? []]).toEqual([table.name, []]);
        const deleted = await world.attempt(
          role,
          ours.workspaceId,
          `delete from ${table.name} where workspace_id = $1 returning 1`,
          theirRows,
          { keep: true },
        );
        expect([table.name, deleted.rows ?? []]).toEqual([table.name, []]);
        const moved = await world.attempt(
          role,
          ours.workspaceId,
          `update ${table.name} set workspace_id = $1`,
          theirRows,
        );
        expect([table.name, moved]).toEqual([table.name, { refused: '42501' }]);
        const [row] = await world.query<{ row: string }>(
          `select to_jsonb(t)::text as row from ${table.name} t where workspace_id = $1 limit 1`,
          theirRows,
        );
        const smuggled = await world.attempt(
          role,
          ours.workspaceId,
          `insert into ${table.name} select * from jsonb_populate_record(null::${table.name}, $1)`,
          [row?.row],
        );
        expect([table.name, smuggled]).toEqual([table.name, { refused: '42501' }]);
      }
    });
    expect(await snapshot(world.query, world.tables, world.theirs)).toBe(before);
  });

  test('the other’s are not referenced: a foreign key does not look at row-level security', async () => {
    const onlyUnique: string[] = [];
    for (const key of world.keys.filter(({ table }) => !table.endsWith('sign_in_tokens'))) {
      for (const [index, column] of key.columns.entries()) {
        if (column === 'workspace_id') continue;
        const values = await world.query<{ value: string }>(
          `select ${key.targetColumns[index]}::text as value from ${key.target} where workspace_id = $1`,
          [world.theirs.workspaceId],
        );
        const rows = await world.query<{ ctid: string }>(
          `select ctid::text as ctid from ${key.table} where workspace_id = $1`,
          [world.ours.workspaceId],
        );
        const refusals = new Set<string | undefined>();
        for (const { value } of values) {
          for (const { ctid } of rows) {
            const sql = `update ${key.table} set ${column} = '${value}' where ctid = '${ctid}' returning 1`;
            refusals.add((await world.attempt('wbm_gateway', world.ours.workspaceId, sql)).refused);
          }
        }
        // 23503: no such row in this workspace. 23505: the column is unique, and theirs has the value already.
        expect([key.name, [...refusals].filter((code) => code !== '23503' && code !== '23505')]).toEqual([
          key.name,
          [],
        ]);
        if (!refusals.has('23503')) onlyUnique.push(key.name);
      }
    }
    expect(onlyUnique).toEqual(['bot_features_workspace_id_bot_id_fkey', 'devices_workspace_id_bot_id_fkey']);
  });
});

describe('functions', () => {
  const isCross = (fn: SqlFunction) => fn.name in crossWorkspace;

  test('no function reaches the other’s rows from one’s own workspace, and each does from theirs', async () => {
    const { ours, theirs } = world;
    const before = await snapshot(world.query, world.tables, theirs);
    const silent: string[] = [];
    for (const fn of world.fns.filter((one) => !isCross(one))) {
      for (const role of fn.roles) {
        const reach = callOf(fn, ours.workspaceId, theirs);
        const reached = await world.attempt<{ answer: string }>(role, ours.workspaceId, reach.sql, reach.values, {
          keep: true,
        });
        const said = JSON.stringify(reached.rows ?? []);
        expect([fn.name, said.includes(theirs.marker)]).toEqual([fn.name, false]);
        // The control: the same call by the rows' own workspace says something else.
        const control = callOf(fn, theirs.workspaceId, theirs);
        const owned = await world.attempt<{ answer: string }>(role, theirs.workspaceId, control.sql, control.values);
        if (JSON.stringify(owned) === JSON.stringify(reached) || owned.refused !== undefined) silent.push(fn.name);
      }
    }
    expect(await snapshot(world.query, world.tables, theirs)).toBe(before);
    // `clock_words` reads no row, `enter` answers nothing; that it changes what is seen is what every other line here shows.
    expect([...new Set(silent)].toSorted()).toEqual(['clock_words', 'enter']);
  });

  test('those that look across workspaces answer ids and counts, and change nothing but placement', async () => {
    const { ours, theirs } = world;
    const before = await snapshot(world.query, world.tables, theirs);
    const ids = [theirs.botId, theirs.workspaceId, theirs.chatId];
    for (const fn of world.fns.filter(isCross)) {
      const [role = ''] = fn.roles;
      const { sql, values } = callOf(fn, ours.workspaceId, theirs);
      const { rows, refused } = await world.attempt<{ answer: string }>(role, null, sql, values, { keep: true });
      expect([fn.name, refused]).toEqual([fn.name, undefined]);
      const said = ids.reduce((text, id) => text.replaceAll(id, ''), JSON.stringify(rows));
      expect([fn.name, said.includes(theirs.marker), said.includes(theirs.phone)]).toEqual([fn.name, false, false]);
    }
    expect(await snapshot(world.query, world.tables, theirs)).toBe(before);
  });
});
