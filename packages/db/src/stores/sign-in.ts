import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Connection } from '../connection/connection.ts';

/** The gateway's way from a sign-in link to a workspace: ids only. */
export interface SignInStore {
  /** Uses the link up. Null: unknown, used, expired, or its person is no member any more. */
  redeem(token: string): Promise<{ workspaceId: string; userId: string } | null>;
}

/** Only this is kept of a sign-in link. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

const redeemed = z
  .object({ workspace_id: z.string(), user_id: z.string() })
  .transform((row) => ({ workspaceId: row.workspace_id, userId: row.user_id }));

export function signInStore(connection: Connection): SignInStore {
  return {
    async redeem(token) {
      const [row] = await connection.rows('redeem_sign_in_token', { hash: tokenHash(token) }, redeemed);
      return row ?? null;
    },
  };
}
