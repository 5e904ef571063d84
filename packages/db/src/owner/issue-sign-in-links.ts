import { randomBytes } from 'node:crypto';
import { tokenHash } from '../stores/sign-in.ts';
import { asOwner } from './as-owner.ts';

/**
 * Makes a single-use sign-in token for each e-mail, valid for `ttlMs`; unused older ones of the same people stop
 * working. Answers token by e-mail, the only time anybody sees it: the database keeps a hash.
 */
export function issueSignInLinks(options: {
  readonly ownerUrl: string;
  readonly workspaceId: string;
  readonly emails: readonly string[];
  readonly ttlMs: number;
}): Promise<Record<string, string>> {
  const { workspaceId, ttlMs } = options;
  return asOwner(options.ownerUrl, async (owner) => {
    const tokens: Record<string, string> = {};
    for (const given of options.emails) {
      const email = given.toLowerCase();
      const token = randomBytes(32).toString('base64url');
      await owner.query('delete from sign_in_tokens where workspace_id = $1 and email = $2', [workspaceId, email]);
      await owner.query(
        `insert into sign_in_tokens (workspace_id, token_hash, email, expires_at)
         values ($1, $2, $3, now() + $4::double precision * interval '1 millisecond')`,
        [workspaceId, tokenHash(token), email, ttlMs],
      );
      tokens[given] = token;
    }
    return tokens;
  });
}
