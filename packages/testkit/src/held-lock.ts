import type { ServiceName } from '@wbm/runtime';
import pg from 'pg';
import { closeAfterwards } from './cleanup.ts';
import type { OwnerQuery } from './owner-query.ts';
import { waitFor } from './wait-for.ts';

/** Takes the lock that `statement` takes, as the owner, and keeps it until it is released: no clock ends it. */
export async function heldLock(
  ownerUrl: string,
  statement: string,
  values: readonly unknown[] = [],
): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  let open = true;
  const release = async () => {
    if (!open) return;
    open = false;
    await client.query('commit').finally(() => client.end());
  };
  closeAfterwards('a lock', release);
  await client.query('begin');
  await client.query(statement, [...values]);
  return release;
}

/** Until so many connections of the service wait for a lock, in this database and no other of the run. */
export function waitsForLock(query: OwnerQuery, service: ServiceName, connections = 1): Promise<boolean> {
  const waiting = `select 1 from pg_stat_activity
    where datname = current_database() and application_name = $1 and wait_event_type = 'Lock'`;
  return waitFor(async () => (await query(waiting, [`wbm ${service}`])).length >= connections, {
    what: `${service} to wait for a lock`,
  });
}
