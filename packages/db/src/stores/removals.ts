import { z } from 'zod';
import type { Connection } from '../connection/connection.ts';

/** The gateways' way across workspaces to files that nobody needs: ids only. */
export interface RemovalStore {
  /** Uploads that came a day ago, and files that were taken back; their workspace says of each whether it may go. */
  due(limit: number): Promise<{ readonly workspaceId: string; readonly mediaId: string }[]>;
}

const removal = z
  .object({ workspace_id: z.string(), media_id: z.string() })
  .transform((row) => ({ workspaceId: row.workspace_id, mediaId: row.media_id }));

export function removalStore(connection: Connection): RemovalStore {
  return { due: (limit) => connection.rows('due_removals', { limit }, removal) };
}
