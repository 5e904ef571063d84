import { type Logger, Permanent } from '@wbm/runtime';
import pg from 'pg';
import { databaseFailure, sqlStateOf } from '../errors/database-failure.ts';
import { serviceRoles } from '../service-roles.ts';

type Login = { readonly appUrl: string; readonly ownerUrl: string; readonly log: Logger };

/**
 * Makes sure that DATABASE_URL works: its role exists with its password, owns nothing, inherits nothing and may become
 * each service's role. A login that already works is left alone, so an operator may make it by hand where the owner
 * is not allowed to create roles.
 */
export async function ensureLogin(owner: pg.Client, { appUrl, ownerUrl, log }: Login): Promise<void> {
  const app = new URL(appUrl);
  const user = decodeURIComponent(app.username);
  const password = decodeURIComponent(app.password);
  if (user === '') throw new Permanent('db.no-login', 'DATABASE_URL names no user');
  if (user === decodeURIComponent(new URL(ownerUrl).username)) {
    const why = 'the services must not be able to switch row-level security off';
    throw new Permanent('db.login-is-owner', `DATABASE_URL names the same user as DATABASE_OWNER_URL; ${why}`);
  }
  if (await loginWorks(appUrl)) return;
  if (password === '') throw new Permanent('db.no-login', 'DATABASE_URL holds no password for its user');
  try {
    await createLogin(owner, user, password);
  } catch (error) {
    if (sqlStateOf(error) !== '42501') throw error;
    const hint = 'let DATABASE_OWNER_URL create roles, or create the login by hand';
    throw new Permanent('db.may-not-create-login', `the owner may not create the services' login: ${hint}`);
  }
  log.info({}, 'migrate.login-ensured');
  if (!(await loginWorks(appUrl))) {
    const why = 'it reaches another server, another database, or pg_hba.conf refuses it';
    throw new Permanent('db.login-refused', `DATABASE_URL is refused although its role exists: ${why}`);
  }
}

/** Whether one can log in with this URL and become every service's role. */
async function loginWorks(appUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: appUrl, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    for (const role of serviceRoles) await client.query(`set role ${pg.escapeIdentifier(role)}`);
    return true;
  } catch (error) {
    // 28… the login is refused, 42501 it may not become the role, 3D000 or 22023 database or role are missing.
    if (/^(28|42501|3D000|22023)/.test(sqlStateOf(error) ?? '')) return false;
    throw databaseFailure(error);
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * Roles belong to the whole server, so the migrator of another database may be doing the same at this moment: that
 * shows as "already exists" or "tuple concurrently updated", and the second attempt finds the work done.
 */
async function createLogin(owner: pg.Client, user: string, password: string): Promise<void> {
  const login = pg.escapeIdentifier(user);
  const { rows } = await owner.query<{ database: string }>('select current_database() as database');
  const database = pg.escapeIdentifier(rows[0]?.database ?? '');
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { rowCount } = await owner.query('select from pg_roles where rolname = $1', [user]);
      const verb = rowCount === 0 ? 'create' : 'alter';
      await owner.query(`${verb} role ${login} with login noinherit password ${pg.escapeLiteral(password)}`);
      await owner.query(`grant ${serviceRoles.map(pg.escapeIdentifier).join(', ')} to ${login}`);
      await owner.query(`grant connect on database ${database} to ${login}`);
      return;
    } catch (error) {
      if (attempt === 5 || !['42710', '23505', 'XX000'].includes(sqlStateOf(error) ?? '')) throw error;
    }
  }
}
