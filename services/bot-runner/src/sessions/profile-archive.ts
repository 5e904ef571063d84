import { once } from 'node:events';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { syncPath } from '@wbm/runtime';
import { create, extract } from 'tar';
import { LINKED_NOTE } from '../engine/child/whatsapp-web/session-folder.ts';
import { whenMissing } from './when-missing.ts';

/**
 * What of a Chromium profile makes a session: where a page keeps what it must not lose. Caches, the code of the page and
 * what describes this machine's browser stay behind; all of that comes again by itself.
 */
const KEPT = [
  'Default/IndexedDB',
  'Default/Local Storage',
  'Default/WebStorage',
  'Default/File System',
  'Default/Cookies',
  'Default/Cookies-journal',
  'Default/Network/Cookies',
  'Default/Network/Cookies-journal',
  // Our own note that a number was linked here.
  LINKED_NOTE,
] as const;

const MOST_BYTES = 4 * 1024 ** 3;
const MOST_ENTRIES = 100_000;

/** It holds what no archive of ours holds. */
export class NotAnArchive extends Error {
  override readonly name = 'NotAnArchive';
}

/** A file of two names is packed as two files. */
class NoLinks extends Map<`${number}:${number}`, string> {
  override get(): undefined {
    return undefined;
  }
}

/** The session in `profile` as a tar; null when there is none. Nothing may write to the profile meanwhile. */
export async function packProfile(profile: string): Promise<AsyncIterable<Buffer> | null> {
  const there = await sessionIn(profile);
  if (there.length === 0) return null;
  const archive = create(
    {
      cwd: profile,
      portable: true,
      strict: true,
      linkCache: new NoLinks(),
      filter: (_path, stat) => 'isFile' in stat && (stat.isFile() || stat.isDirectory()),
    },
    there,
  );
  // It reads ahead of whoever reads it, and nobody listens between two pieces. The next piece tells of it all the same.
  archive.on('error', () => undefined);
  return archive;
}

/** Whether there is anything that an archive of this profile would hold. */
export async function hasSession(profile: string): Promise<boolean> {
  return (await sessionIn(profile)).length > 0;
}

async function sessionIn(profile: string): Promise<string[]> {
  const there: string[] = [];
  for (const path of KEPT) if (await lstat(join(profile, path)).catch(whenMissing(null))) there.push(path);
  return there;
}

/**
 * Writes the archive's files into the empty folder `into`, and through to the disk. Takes files and folders of a session
 * and nothing else: no links, no path that leads elsewhere, no more than a session can be. Throws `NotAnArchive`, and
 * what `archive` fails with; what was written then is of no use.
 */
export async function unpackProfile(
  archive: AsyncIterable<Buffer>,
  into: string,
  { mostBytes = MOST_BYTES, mostEntries = MOST_ENTRIES } = {},
): Promise<void> {
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  let refused = false;
  const refuse = () => {
    refused = true;
    reject(new NotAnArchive('not the archive of a session'));
  };
  let bytes = 0;
  let entries = 0;
  const unpack = extract({
    cwd: into,
    strict: true,
    preserveOwner: false,
    noMtime: true,
    maxMetaEntrySize: 64 * 1024,
    filter: (path, entry) => {
      entries += 1;
      bytes += entry.size ?? 0;
      const fits =
        'type' in entry &&
        (entry.type === 'File' || entry.type === 'Directory') &&
        isKept(path) &&
        bytes <= mostBytes &&
        entries <= mostEntries;
      if (!fits) refuse();
      else entry.mode = entry.type === 'Directory' ? 0o700 : 0o600;
      return fits;
    },
  });
  // A disk that is full says nothing of the archive.
  unpack.on('error', (err: Error) => {
    refused = true;
    reject('syscall' in err ? err : new NotAnArchive('not the archive of a session'));
  });
  unpack.on('close', resolve);
  ended.catch(() => undefined);
  for await (const piece of archive) {
    if (!unpack.write(piece) && !refused) await Promise.race([once(unpack, 'drain'), ended]);
    if (refused) break;
  }
  if (!refused) unpack.end();
  await ended;
  if (entries === 0) throw new NotAnArchive('not the archive of a session');
  await writeThrough(into);
}

function isKept(path: string): boolean {
  const plain = path.replace(/\/$/, '');
  if (plain.split('/').some((part) => part === '' || part === '.' || part === '..')) return false;
  return KEPT.some((kept) => plain === kept || plain.startsWith(`${kept}/`));
}

/** After a power cut a session is there whole or not at all: its folder gets its name after this. */
async function writeThrough(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    await syncPath(join(entry.parentPath, entry.name));
  }
  await syncPath(folder);
}
