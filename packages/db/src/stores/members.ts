import { type Role, roles } from '@wbm/domain';
import { z } from 'zod';
import type { Scope } from '../connection/scope.ts';

export type Member = {
  readonly userId: string;
  readonly email: string;
  readonly name: string | null;
  readonly role: Role;
};

export interface MemberStore {
  /** Who a signed-in person is in this workspace; null when they are no member any more. */
  session(userId: string): Promise<{ email: string; name: string | null; role: Role; workspaceName: string } | null>;
  byEmail(email: string): Promise<Member | null>;
  list(): Promise<Member[]>;
}

const roleRow = z.enum(roles);

export function memberStore(scope: Scope): MemberStore {
  const read = (where: { userId?: string; user?: { email: string } }) =>
    scope.within((prisma) =>
      prisma.membership.findMany({ where, include: { user: true, workspace: true }, orderBy: { createdAt: 'asc' } }),
    );
  const member = ({ userId, role, user }: Awaited<ReturnType<typeof read>>[number]): Member => ({
    userId,
    email: user.email,
    name: user.name,
    role: roleRow.parse(role),
  });

  return {
    async session(userId) {
      const [row] = await read({ userId });
      if (row === undefined) return null;
      const { email, name, role } = member(row);
      return { email, name, role, workspaceName: row.workspace.name };
    },
    async byEmail(email) {
      const [row] = await read({ user: { email: email.toLowerCase() } });
      return row === undefined ? null : member(row);
    },
    list: async () => (await read({})).map(member),
  };
}
