import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { closeAfterwards } from './cleanup.ts';
import { inDatabase, loginOf, sharedServers } from './shared-servers.ts';

export type TestDatabase = {
  /** Owns the tables: for seeds and for looking. */
  readonly ownerUrl: string;
  /** What a service gets as DATABASE_URL. */
  readonly appUrl: string;
};

/** A migrated, empty database of this test file's own, dropped when the file is over. Takes some 50 ms. */
export function freshDatabase(): Promise<TestDatabase> {
  return databaseLike(sharedServers().template);
}

/** A database without anything in it, for tests of the migrator itself. */
export function emptyDatabase(): Promise<TestDatabase> {
  return databaseLike('template0');
}

async function databaseLike(template: string): Promise<TestDatabase> {
  const { ownerUrl } = sharedServers();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await maintain(ownerUrl, `create database ${name} template ${template}`);
  closeAfterwards(`database ${name}`, () => maintain(ownerUrl, `drop database if exists ${name} with (force)`));
  const url = inDatabase(ownerUrl, name);
  return { ownerUrl: url, appUrl: loginOf(url) };
}

async function maintain(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
