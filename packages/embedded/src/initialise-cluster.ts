import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from './postgres-place.ts';

/**
 * Creates the cluster when there is none. The mark of a finished one is a file we write last: a cluster whose
 * creation was interrupted is made anew, one that was finished is never touched.
 */
export async function initialiseCluster(place: Place, password: string): Promise<void> {
  const mark = join(place.place, 'cluster.complete');
  if (existsSync(mark)) return;
  rmSync(place.cluster, { recursive: true, force: true });
  mkdirSync(place.cluster, { recursive: true, mode: 0o700 });
  const passwordFile = join(place.place, 'initial-password');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (place.user) {
    chownSync(place.cluster, place.user.uid, place.user.gid);
    chownSync(passwordFile, place.user.uid, place.user.gid);
  }
  try {
    const made = spawnSync(
      join(place.native, 'bin', 'initdb'),
      [
        `--pgdata=${place.cluster}`,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        // The built-in locale is there on every machine; the operating system's may not be.
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-sync',
      ],
      { cwd: place.cluster, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...place.user },
    );
    if (made.error) throw made.error;
    if (made.status !== 0) throw new Error(`Postgres could not create its files:\n${made.stderr.trim()}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  writeFileSync(mark, '');
}
