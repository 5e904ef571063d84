import type { OwnerQuery } from '@wbm/testkit';

/** Tables that hold nothing of a tenant, and why. Every other table must be fenced. */
const untenanted: Readonly<Record<string, string>> = {
  'public._prisma_migrations': 'the migrator’s own book-keeping; no service may read it',
};

/** Functions that look across workspaces, each for one role: they answer ids and counts, never content. */
export const crossWorkspace: Readonly<Record<string, string>> = {
  beat_runner: 'wbm_bot_runner',
  fleet: 'wbm_bot_runner',
  take_bots: 'wbm_bot_runner',
  release_bots: 'wbm_bot_runner',
  retire_runner: 'wbm_bot_runner',
  runner_work: 'wbm_bot_runner',
  erased_bots: 'wbm_bot_runner',
  sweep: 'wbm_scheduler',
  due_removals: 'wbm_gateway',
  redeem_sign_in_token: 'wbm_gateway',
};

export type Table = { readonly name: string; readonly columns: readonly string[] };
export type Reference = {
  readonly name: string;
  readonly table: string;
  readonly columns: readonly string[];
  readonly target: string;
  readonly targetColumns: readonly string[];
};
export type SqlFunction = {
  readonly name: string;
  readonly signature: string;
  readonly definer: boolean;
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  /** The services' roles that may call it. */
  readonly roles: readonly string[];
};

const services = `array['wbm_gateway','wbm_bot_runner','wbm_ai_worker','wbm_lead_worker','wbm_scheduler']`;
const schemas = `('public','sandbox','app')`;

/** Every table that a tenant's rows could be in, as the catalogue knows them. */
export async function tenantTables(query: OwnerQuery): Promise<Table[]> {
  const rows = await query<{ name: string; columns: string[] }>(`
    select n.nspname || '.' || c.relname as name,
           array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum) as columns
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'm', 'f') and n.nspname in ${schemas} order by 1`);
  return rows.filter((row) => !(row.name in untenanted));
}

/** Tables without forced row-level security, or with a policy that lets a service see every row. */
export async function unfencedTables(query: OwnerQuery): Promise<string[]> {
  const rows = await query<{ name: string; forced: boolean; fenced: number; open: number }>(`
    select n.nspname || '.' || c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
           (select count(*)::int from pg_policy p where p.polrelid = c.oid) as fenced,
           (select count(*)::int from pg_policy p where p.polrelid = c.oid and p.polpermissive
              and coalesce(pg_get_expr(p.polqual, c.oid), pg_get_expr(p.polwithcheck, c.oid)) = 'true'
              and exists (select 1 from unnest(p.polroles) r where r = 0 or exists
                (select 1 from unnest(${services}) s where pg_has_role(s, r, 'usage')))) as open
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'm', 'f') and n.nspname in ${schemas} order by 1`);
  return rows
    .filter((row) => !(row.name in untenanted))
    .filter((row) => !row.forced || row.fenced === 0 || row.open > 0)
    .map((row) => row.name);
}

/** Foreign keys between tables of tenants. */
export async function references(query: OwnerQuery): Promise<Reference[]> {
  const names = `array(select a.attname::text from unnest(%s) with ordinality k(n, i) join pg_attribute a on a.attrelid = %s and a.attnum = k.n order by k.i)`;
  const columns = (keys: string, relation: string) => names.replace('%s', keys).replace('%s', relation);
  return query<Reference & Record<string, unknown>>(`
    select c.conname as name, c.conrelid::regclass::text as table, ${columns('c.conkey', 'c.conrelid')} as columns,
           c.confrelid::regclass::text as target, ${columns('c.confkey', 'c.confrelid')} as "targetColumns"
      from pg_constraint c
     where c.contype = 'f' and exists (select 1 from pg_attribute a where a.attrelid = c.confrelid and a.attname = 'workspace_id')
     order by 1`);
}

/** Columns that name a row of a tenant and are part of no foreign key: they could name another workspace's. */
export async function unboundColumns(query: OwnerQuery): Promise<string[]> {
  const rows = await query<{ name: string }>(`
    select a.attrelid::regclass::text || '.' || a.attname as name
      from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and n.nspname in ${schemas} and not a.attisdropped
       and a.attname in ('bot_id', 'lead_id', 'chat_id', 'contact_id', 'message_id', 'turn_id', 'user_id')
       and not exists (select 1 from pg_constraint f where f.contype = 'f' and f.conrelid = a.attrelid and a.attnum = any (f.conkey))
     order by 1`);
  return rows.map((row) => row.name);
}

/** Every function of ours, whoever may call it. */
export async function functions(query: OwnerQuery): Promise<SqlFunction[]> {
  return query<SqlFunction & Record<string, unknown>>(`
    select p.proname as name, p.oid::regprocedure::text as signature, p.prosecdef as definer,
           coalesce((select jsonb_agg(jsonb_build_object('name', coalesce(p.proargnames[i], ''), 'type', format_type(p.proargtypes[i - 1], null)) order by i)
              from generate_series(1, p.pronargs) i), '[]') as parameters,
           array(select s from unnest(${services}) s where has_function_privilege(s, p.oid, 'execute')) as roles
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ${schemas} order by 1`);
}

/** Functions that run with somebody else's rights and should not, or in a way that could be turned. */
export async function openFunctions(query: OwnerQuery): Promise<string[]> {
  const rows = await query<{
    name: string;
    definer: boolean;
    owner: string;
    fixed: boolean;
    everybody: boolean;
    roles: string[];
  }>(`
    select p.proname as name, p.prosecdef as definer, p.proowner::regrole::text as owner,
           coalesce(array_to_string(p.proconfig, ',') like '%search_path=%', false) as fixed,
           exists (select 1 from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0) as everybody,
           array(select s from unnest(${services}) s where has_function_privilege(s, p.oid, 'execute')) as roles
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ${schemas}`);
  return rows
    .filter(({ name, definer, owner, fixed, everybody, roles }) => {
      if (everybody) return true;
      if (!definer) return name in crossWorkspace;
      return !(fixed && owner === 'wbm_definer' && roles.length === 1 && roles[0] === crossWorkspace[name]);
    })
    .map((row) => row.name);
}
