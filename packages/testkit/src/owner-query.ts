import pg from 'pg';
import { closeAfterwards } from './cleanup.ts';

export type OwnerQuery = <Row extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;

/** Plain SQL as the owner, past row-level security: for a test to look at rows or to put them in an odd state. */
export function ownerQuery(ownerUrl: string): OwnerQuery {
  const pool = new pg.Pool({ connectionString: ownerUrl, max: 2, options: '-c TimeZone=UTC' });
  pool.on('error', () => {}); // A server that a test stops on purpose takes idle connections with it.
  closeAfterwards('owner connection', () => pool.end());
  return async <Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []) =>
    (await pool.query<Row>(sql, [...values])).rows;
}
