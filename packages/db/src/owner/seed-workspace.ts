import type { Role } from '@wbm/domain';
import { z } from 'zod';
import { asOwner } from './as-owner.ts';

export type SeedMember = { readonly email: string; readonly name?: string | null; readonly role: Role };

const idRow = z.object({ id: z.string() });

/**
 * Makes sure there is a workspace of this name with these members in these roles. Idempotent by name; members that are
 * not listed stay.
 */
export function seedWorkspace(options: {
  readonly ownerUrl: string;
  readonly name: string;
  readonly members: readonly SeedMember[];
}): Promise<{ workspaceId: string }> {
  return asOwner(options.ownerUrl, async (owner) => {
    // Two seeds at once would otherwise both find no workspace of this name: names need not be unique.
    await owner.query(`select pg_advisory_xact_lock(hashtext('wbm.seed'))`);
    const known = await owner.query('select id from workspaces where name = $1 order by created_at limit 1', [
      options.name,
    ]);
    const made =
      known.rows[0] ??
      (await owner.query('insert into workspaces (name) values ($1) returning id', [options.name])).rows[0];
    const workspaceId = idRow.parse(made).id;
    for (const { email, name, role } of options.members) {
      const user = await owner.query(
        `insert into users (email, name) values ($1, $2)
         on conflict (email) do update set name = coalesce(excluded.name, users.name) returning id`,
        [email.toLowerCase(), name ?? null],
      );
      await owner.query(
        `insert into memberships (workspace_id, user_id, role) values ($1, $2, $3)
         on conflict (workspace_id, user_id) do update set role = excluded.role`,
        [workspaceId, idRow.parse(user.rows[0]).id, role],
      );
    }
    return { workspaceId };
  });
}
