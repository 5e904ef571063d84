import { closeAfterwards } from '@wbm/testkit';
import pg from 'pg';

export type Attempt<Row> =
  | { readonly rows: Row[]; readonly refused?: undefined }
  | { readonly rows?: undefined; readonly refused: string };

/** Plain SQL as a service would run it, by its login, in its role, in a workspace. */
export function asService(appUrl: string) {
  const pool = new pg.Pool({ connectionString: appUrl, max: 1 });
  closeAfterwards('login connection', () => pool.end());

  /** One statement in a transaction scoped to `workspaceId` (null: not scoped). Answers rows, or the SQLSTATE that refused it. */
  return async function attempt<Row extends pg.QueryResultRow>(
    role: string,
    workspaceId: string | null,
    sql: string,
    values: readonly unknown[] = [],
    { keep = false } = {},
  ): Promise<Attempt<Row>> {
    const client = await pool.connect();
    try {
      await client.query('begin');
      await client.query(`set local role ${role}`);
      await client.query(`select set_config('app.workspace_id', $1, true)`, [workspaceId ?? '']);
      const { rows } = await client.query<Row>(sql, [...values]);
      await client.query('set constraints all immediate');
      await client.query(keep ? 'commit' : 'rollback');
      return { rows };
    } catch (error) {
      await client.query('rollback');
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (code === '') throw error;
      return { refused: code };
    } finally {
      client.release();
    }
  };
}
