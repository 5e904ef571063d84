import { type Database, openDatabase } from '@wbm/db';
import { createLog, type ServiceName } from '@wbm/runtime';
import { closeAfterwards } from '../cleanup.ts';
import type { TestDatabase } from '../fresh-database.ts';

/** The stores as one service has them, with its rights and no others; closed when the test file is over. */
export async function storesAs(service: ServiceName, database: TestDatabase, poolSize = 4): Promise<Database> {
  const log = createLog({ service: `test ${service}`, level: 'fatal' });
  const stores = await openDatabase({ url: database.appUrl, service, poolSize, log });
  closeAfterwards(`stores of ${service}`, stores.close);
  return stores;
}
