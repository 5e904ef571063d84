import type { Blobs } from '@wbm/blobs';
import { mediaKey } from '@wbm/domain';
import { type Logger, Transient } from '@wbm/runtime';
import type { Storage } from './ports.ts';

const AT_ONCE = 100;

type RemovalOptions = { readonly storage: Storage; readonly blobs: Blobs; readonly log: Logger };

/**
 * Removes the bytes of uploads that nobody sent and of files that were taken back. Its rows say what is due, and each step
 * may be done twice: several gateways do it, and one that is killed in the middle leaves the row due.
 */
export async function removeUnneeded({ storage, blobs, log }: RemovalOptions): Promise<void> {
  try {
    for (const { workspaceId, mediaId } of await storage.removals.due(AT_ONCE)) {
      const { media } = storage.workspace(workspaceId);
      if (!(await media.beginRemoval(mediaId))) continue;
      await blobs.remove(mediaKey(workspaceId, mediaId));
      await media.endRemoval(mediaId);
      log.info({ mediaId }, 'media.removed');
    }
  } catch (err) {
    if (!(err instanceof Transient)) throw err;
    log.warn({ err }, 'media.remove-later');
  }
}
