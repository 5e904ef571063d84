import pg from 'pg';
import { databaseFailure } from '../errors/database-failure.ts';

/** Any number nobody else locks in our database; these are the letters "wbm1". */
const LOCK = 0x77_62_6d_31;

/** Runs `work` while this process alone holds the migrator's lock; the lock dies with the connection. */
export async function holdingLock<T>(ownerUrl: string, work: (owner: pg.Client) => Promise<T>): Promise<T> {
  const owner = new pg.Client({
    connectionString: ownerUrl,
    connectionTimeoutMillis: 10_000,
    application_name: 'wbm migrate',
  });
  owner.on('error', () => {}); // A lost connection fails the next statement, which reports it.
  try {
    await owner.connect();
    await owner.query('select pg_advisory_lock($1)', [LOCK]);
    return await work(owner);
  } catch (error) {
    throw databaseFailure(error);
  } finally {
    await owner.end().catch(() => {});
  }
}
