import { join } from 'node:path';
import { env, type Logger } from '@wbm/runtime';
import { type Blobs, openBlobs } from './open-blobs.ts';

/** For the config of each service that reads or writes blobs. */
export const blobsEnv = {
  BLOB_DIR: env
    .path(
      'Folder of customers’ and sellers’ files and of copies of sessions; `blobs` below DATA_DIR when left out. All gateways and bot-runners must see the same one: on several machines, a shared volume.',
    )
    .optional(),
  BLOB_RESERVE_MB: env
    .integer(
      'Megabytes of the disk of BLOB_DIR that customers’ and sellers’ files leave free, so that a copy of a session always finds room. A file that would take them waits, or is refused.',
      { min: 0 },
    )
    .default(512),
};

type BlobsContext = {
  readonly config: {
    readonly BLOB_DIR?: string | undefined;
    readonly BLOB_RESERVE_MB: number;
    readonly DATA_DIR: string;
  };
  readonly log: Logger;
};

/** The store of a service; what an earlier process left half written goes meanwhile. */
export function openServiceBlobs({ config, log }: BlobsContext): Blobs {
  const blobs = openBlobs({
    dir: config.BLOB_DIR ?? join(config.DATA_DIR, 'blobs'),
    reserveBytes: config.BLOB_RESERVE_MB * 1024 * 1024,
  });
  blobs.removeLeftovers().catch((err: unknown) => log.warn({ err }, 'blobs.leftovers-stay'));
  return blobs;
}
