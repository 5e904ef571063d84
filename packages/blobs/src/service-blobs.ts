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
};

type BlobsContext = {
  readonly config: { readonly BLOB_DIR?: string | undefined; readonly DATA_DIR: string };
  readonly log: Logger;
};

/** The store of a service; what an earlier process left half written goes meanwhile. */
export function openServiceBlobs({ config, log }: BlobsContext): Blobs {
  const blobs = openBlobs({ dir: config.BLOB_DIR ?? join(config.DATA_DIR, 'blobs') });
  blobs.removeLeftovers().catch((err: unknown) => log.warn({ err }, 'blobs.leftovers-stay'));
  return blobs;
}
