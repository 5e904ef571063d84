import { inject } from 'vitest';

/** What the global setup tells the test files. */
export type SharedServers = {
  /** The owner, in the server's maintenance database. */
  readonly ownerUrl: string;
  /** The migrated database that test files get copies of. */
  readonly template: string;
  readonly redisUrl: string;
};

declare module 'vitest' {
  interface ProvidedContext {
    wbm: SharedServers;
  }
}

export function sharedServers(): SharedServers {
  const servers: SharedServers | undefined = inject('wbm');
  if (servers === undefined) {
    throw new Error('no test servers: run vitest from the root, whose globalSetup is @wbm/testkit/global-setup');
  }
  return servers;
}

/** The same server, another database. */
export function inDatabase(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
}

/** The services' login on the same server and database. */
export function loginOf(ownerUrl: string): string {
  const login = new URL(ownerUrl);
  login.username = 'wbm_app';
  login.password = 'a-password-for-tests';
  return login.href;
}
