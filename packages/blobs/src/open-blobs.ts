import { randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { syncPath, Transient } from '@wbm/runtime';
import { counted } from './counted.ts';
import { BlobMissing } from './errors.ts';
import { assertKey } from './key.ts';

/** Bytes from the first to the last one, both included. */
export type ByteRange = { readonly start: number; readonly end: number };

/**
 * Bytes by key, such as `media/<workspace>/<id>`. What is kept is whole: a blob that can be read was written to its end.
 * Keys are lower-case letters, digits, `.`, `_` and `-`, in parts joined by slashes; anything else throws. Faults of the
 * disk are `Transient`.
 */
export interface Blobs {
  /**
   * Keeps what `source` gives, in place of what was there. Throws `BlobTooLarge` and what `source` fails with; then
   * what was there is there still. `signal` breaks it off. Only what is `reserved` may use the last of the disk.
   */
  put(
    key: string,
    source: Readable,
    limit: { readonly maxBytes: number; readonly signal?: AbortSignal; readonly reserved?: true },
  ): Promise<{ readonly size: number }>;
  /** Keeps a copy of the file at `path`, and leaves the last of the disk alone. */
  putFile(key: string, path: string): Promise<{ readonly size: number }>;
  /** Throws `BlobMissing`. Who does not read to the end destroys the stream. */
  read(key: string, range?: ByteRange): Promise<Readable>;
  /** Writes a copy to `path`, whose folder exists. Throws `BlobMissing`. */
  copyTo(key: string, path: string): Promise<void>;
  /** Bytes; null when nothing is kept under the key. */
  size(key: string): Promise<number | null>;
  exists(key: string): Promise<boolean>;
  /** No error when there is nothing. */
  remove(key: string): Promise<void>;
  /** Everything whose key begins with these parts: `media/a` is `media/a/b` and not `media/ab`. */
  removeAll(prefix: string): Promise<void>;
  /** The keys below these parts, sorted. */
  list(prefix: string): Promise<string[]>;
  /** Removes what a killed process left half written; what is written now stays. */
  removeLeftovers(): Promise<void>;
}

/** Where files grow before they get their name; no key can name it. On the same disk, so that renaming is atomic. */
const GROWING = '.growing';
/** Nobody writes one file for as long as this. */
const LEFT_BEHIND_MS = 60 * 60_000;

export interface BlobsOptions {
  readonly dir: string;
  /** About how much of the disk stays free for what is `reserved`, by what is kept just now; none when left out. */
  readonly reserveBytes?: number;
}

/** A folder as the store; made when the first blob comes. Several machines need one they all see. */
export function openBlobs({ dir, reserveBytes = 0 }: BlobsOptions): Blobs {
  const growing = join(dir, GROWING);
  const pathOf = (key: string) => {
    assertKey(key);
    return join(dir, ...key.split('/'));
  };

  async function leaveTheReserve(bytes: number): Promise<void> {
    if (reserveBytes === 0) return;
    const { bavail, bsize } = await statfs(growing);
    if (bavail * bsize - bytes < reserveBytes)
      throw new Transient('blobs.unavailable', 'The folder of files is nearly full.');
  }

  /** Has `write` fill a file of so many bytes at most, which then takes the name `key` or is removed. */
  async function keep<T>(
    key: string,
    write: (path: string) => Promise<T>,
    { bytes, reserved = false }: { readonly bytes: number; readonly reserved?: boolean | undefined },
  ): Promise<T> {
    const target = pathOf(key);
    const path = join(growing, randomUUID());
    try {
      await mkdir(growing, { recursive: true, mode: 0o700 });
      if (!reserved) await leaveTheReserve(bytes);
      const answer = await write(path);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await rename(path, target);
      // Else the name may not outlive a power cut, and whoever was told that the blob is kept has written so.
      for (let folder = dirname(target); folder.length >= dir.length; folder = dirname(folder)) await syncPath(folder);
      return answer;
    } catch (err) {
      await rm(path, { force: true }).catch(() => undefined); // The next start removes it.
      throw asFault(err);
    }
  }

  const size = async (key: string) => {
    const found = await stat(pathOf(key)).catch(noneWhenMissing);
    return found?.isFile() ? found.size : null;
  };

  return {
    put: (key, source, { maxBytes, signal, reserved }) =>
      keep(
        key,
        async (path) => {
          signal?.throwIfAborted();
          const file = await open(path, 'wx', 0o600);
          const count = counted(maxBytes);
          // Written through before it has its name: after a power cut a name never stands for half a file.
          await pipeline(source, count, file.createWriteStream({ flush: true }), signal ? { signal } : {});
          return { size: count.bytes };
        },
        { bytes: maxBytes, reserved },
      ),

    async putFile(key, from) {
      const { size } = await stat(from).catch(failed);
      const write = async (path: string) => {
        await copyFile(from, path, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
        await syncPath(path);
        return { size };
      };
      return keep(key, write, { bytes: size });
    },

    async read(key, range) {
      const path = pathOf(key);
      const file = await open(path, 'r').catch(failedToRead);
      return createReadStream(path, { fd: file, ...range });
    },

    async copyTo(key, path) {
      await copyFile(pathOf(key), path, constants.COPYFILE_FICLONE).catch(failedToRead);
    },

    size,
    exists: async (key) => (await size(key)) !== null,

    async remove(key) {
      await rm(pathOf(key), { force: true }).catch(failed);
    },

    async removeAll(prefix) {
      await rm(pathOf(prefix), { recursive: true, force: true }).catch(failed);
    },

    async list(prefix) {
      const folder = pathOf(prefix);
      const found = (await readdir(folder, { recursive: true, withFileTypes: true }).catch(noneWhenMissing)) ?? [];
      return found
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
        .map((path) => path.split(sep).join('/'))
        .sort();
    },

    async removeLeftovers() {
      const names = (await readdir(growing).catch(noneWhenMissing)) ?? [];
      const before = Date.now() - LEFT_BEHIND_MS;
      for (const path of names.map((name) => join(growing, name))) {
        const found = await stat(path).catch(noneWhenMissing);
        if (found && found.mtimeMs < before) await rm(path, { force: true }).catch(failed);
      }
    },
  };
}

const codeOf = (err: unknown) => (err instanceof Error && 'code' in err ? String(err.code) : '');
const isMissing = (err: unknown) => codeOf(err) === 'ENOENT' || codeOf(err) === 'ENOTDIR';

/** What the disk refuses may pass: it is full, read-only, or not mounted. Everything else is whoever's it was. */
function asFault(err: unknown): unknown {
  if (!/^E(NOSPC|DQUOT|IO|ROFS|ACCES|PERM|MFILE|NFILE|STALE|NOENT|TIMEDOUT)$/.test(codeOf(err))) return err;
  return new Transient('blobs.unavailable', `The folder of files cannot be used: ${codeOf(err)}.`);
}

function failed(err: unknown): never {
  throw asFault(err);
}

function failedToRead(err: unknown): never {
  throw isMissing(err) ? new BlobMissing() : asFault(err);
}

function noneWhenMissing(err: unknown): undefined {
  if (!isMissing(err)) throw asFault(err);
}
