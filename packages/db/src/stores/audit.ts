import type { ScopedPrisma } from '../connection/connection.ts';
import type { Scope } from '../connection/scope.ts';

/** Ids, counts and words of our own vocabulary; never what a person wrote. */
export type AuditDetails = Readonly<Record<string, string | number | boolean | null>>;

type Entry = {
  /** Who: an e-mail, or `system`. */
  readonly actor: string;
  /** What, as `noun.verbed`: `bot.created`. */
  readonly action: string;
  /** To what: `bot:demo`, `lead:17`. */
  readonly subject: string;
  readonly details?: AuditDetails | undefined;
};

/** Writes an entry in the transaction of what it tells of, so that neither is there without the other. */
export async function recordAudit(prisma: ScopedPrisma, workspaceId: string, entry: Entry): Promise<void> {
  const { details, ...row } = entry;
  await prisma.auditEntry.create({ data: { workspaceId, ...row, ...(details ? { details: { ...details } } : {}) } });
}

export interface AuditStore {
  add(actor: string, action: string, subject: string, details?: AuditDetails): Promise<void>;
}

export function auditStore(scope: Scope): AuditStore {
  return {
    add: (actor, action, subject, details) =>
      scope.within((prisma) => recordAudit(prisma, scope.workspaceId, { actor, action, subject, details })),
  };
}
