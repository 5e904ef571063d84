import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BlobMissing, type Blobs } from '@wbm/blobs';
import { mediaKey } from '@wbm/domain';
import type { Logger } from '@wbm/runtime';

/** A place on the disk for one file, while it is on its way between an engine and the store. */
export interface Place {
  readonly path: string;
  /** Does not throw: what stays is removed at the next start. */
  remove(): Promise<void>;
}

/** The files of one workspace, for the engines of its bots. Faults of the disk are `Transient`. */
export interface MediaFiles {
  place(): Promise<Place>;
  /** Keeps what was written to the place. Null: nothing was. */
  keep(mediaId: string, place: Place): Promise<{ readonly size: number } | null>;
  /** A copy that an engine may read; null when the file is not there any more. */
  lend(mediaId: string): Promise<Place | null>;
  /** Which file it is that was lent under this path; null when it was none. */
  lentAs(path: string): string | null;
  /** Writes a file to a place that was given out and answers its bytes. For a simulated network, whose files are ours. */
  serve(mediaId: string, path: string, maxBytes: number): Promise<number | 'too-large' | 'gone'>;
  remove(mediaId: string): Promise<void>;
}

/** No file is on its way for so long. */
const LEFT_BEHIND_MS = 60 * 60_000;

type TransitOptions = { readonly blobs: Blobs; readonly dir: string };

/** Where all runners on this machine hand files over. */
export function openTransit({ blobs, dir }: TransitOptions) {
  const places = new Set<string>();
  const lent = new Map<string, string>();
  const place = async (): Promise<Place> => {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const path = join(dir, randomUUID());
    places.add(path);
    return {
      path,
      async remove() {
        places.delete(path);
        lent.delete(path);
        await rm(path, { force: true }).catch(() => undefined);
      },
    };
  };

  return {
    filesOf(workspaceId: string): MediaFiles {
      const keyOf = (mediaId: string) => mediaKey(workspaceId, mediaId);
      return {
        place,
        async keep(mediaId, { path }) {
          if ((await sizeOf(path)) === null) return null;
          return blobs.putFile(keyOf(mediaId), path);
        },
        async lend(mediaId) {
          const copy = await place();
          try {
            await blobs.copyTo(keyOf(mediaId), copy.path);
          } catch (err) {
            await copy.remove();
            if (err instanceof BlobMissing) return null;
            throw err;
          }
          lent.set(copy.path, mediaId);
          return copy;
        },
        lentAs: (path) => lent.get(path) ?? null,
        async serve(mediaId, path, maxBytes) {
          if (dirname(path) !== dir || !places.has(path)) throw new Error('not a place that was given out');
          const size = await blobs.size(keyOf(mediaId));
          if (size === null) return 'gone';
          if (size > maxBytes) return 'too-large';
          await blobs.copyTo(keyOf(mediaId), path);
          return size;
        },
        remove: (mediaId) => blobs.remove(keyOf(mediaId)),
      };
    },

    /** Removes what a killed runner left behind; what others on this machine hand over now stays. */
    async removeLeftovers(log: Logger): Promise<void> {
      try {
        for (const name of await readdir(dir).catch(() => [])) {
          const path = join(dir, name);
          const found = await stat(path).catch(() => null);
          if (found && found.mtimeMs < Date.now() - LEFT_BEHIND_MS) await rm(path, { force: true });
        }
      } catch (err) {
        log.warn({ err }, 'media.leftovers-stay');
      }
    },
  };
}

async function sizeOf(path: string): Promise<number | null> {
  return stat(path).then(
    (found) => found.size,
    () => null,
  );
}
