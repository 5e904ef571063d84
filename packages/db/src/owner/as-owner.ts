import pg from 'pg';
import { databaseFailure } from '../errors/database-failure.ts';

/** Runs `work` in one transaction as the owner of the tables. For scripts and tests; no service has the owner's URL. */
export async function asOwner<T>(ownerUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: ownerUrl,
    connectionTimeoutMillis: 10_000,
    options: '-c TimeZone=UTC',
  });
  client.on('error', () => {}); // A lost connection fails the next statement, which reports it.
  try {
    await client.connect();
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    throw databaseFailure(error);
  } finally {
    await client.end().catch(() => {});
  }
}
