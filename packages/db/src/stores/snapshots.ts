import { z } from 'zod';
import type { Scope } from '../connection/scope.ts';
import { recordAudit } from './audit.ts';

/** An entered copy of a bot's session; its bytes are in the blob store. */
export type Snapshot = { readonly id: string; readonly runEpoch: number };

/** Why a copy is of no use any more: WhatsApp ended the session, or its bytes are not what was kept. */
export type VoidReason = 'logged-out' | 'unreadable';

/**
 * Why a deleted bot's session could not be ended, so that the phone may still show its device: there was none here, or
 * only copies that cannot be had (bytes wrong, another key, not in the store); it was put aside because it did not work;
 * it never got ready; or its engine could not be started.
 */
export type LogoutFault = CopyFault | 'nothing' | 'put-aside' | 'never-ready' | 'not-started';
type CopyFault = 'unreadable' | 'other-key' | 'missing';

export interface SnapshotStore {
  /** False: a later run has the bot, or it was deleted. Nothing was entered. */
  add(botId: string, epoch: number, snapshot: { readonly id: string; readonly size: number }): Promise<boolean>;
  /** Those of use, the newest first. */
  valid(botId: string): Promise<Snapshot[]>;
  void(botId: string, snapshotId: string, reason: VoidReason): Promise<void>;
  /** All that this run or an earlier one left. */
  voidAll(botId: string, epoch: number, reason: VoidReason): Promise<void>;
  /**
   * Forgets what is void, and of the others all but the newest `keep`. Answers the ids of those that stay; null, and nothing
   * changed: a later run has the bot, which may be entering copies of its own.
   */
  prune(botId: string, epoch: number, keep: number): Promise<string[] | null>;
  /** Whether WhatsApp ended a deleted bot's session; null: that was not tried yet. */
  loggedOut(botId: string): Promise<boolean | null>;
  /** It was tried; null: with success, else the audit log says why not. A run that lost the bot changes nothing. */
  setLoggedOut(botId: string, epoch: number, fault: LogoutFault | null): Promise<void>;
  /**
   * A deleted bot's session is gone everywhere; forgets its copies. False, and nothing changed: a later run has the bot,
   * or it was not deleted.
   */
  erased(botId: string, epoch: number): Promise<boolean>;
}

export function snapshotStore(scope: Scope): SnapshotStore {
  const newestFirst = [{ runEpoch: 'desc' }, { createdAt: 'desc' }] as const;
  return {
    add: (botId, epoch, { id, size }) =>
      scope.answer('add_snapshot', { bot: botId, epoch, snapshot: id, size: BigInt(size) }, z.boolean()),
    valid: (botId) =>
      scope.within((prisma) =>
        prisma.sessionSnapshot.findMany({
          where: { botId, voidAt: null },
          orderBy: [...newestFirst],
          select: { id: true, runEpoch: true },
        }),
      ),
    void: (botId, id, voidReason) =>
      scope.within(async (prisma) => {
        await prisma.sessionSnapshot.updateMany({
          where: { botId, id, voidAt: null },
          data: { voidAt: new Date(), voidReason },
        });
      }),
    voidAll: (botId, epoch, voidReason) =>
      scope.within(async (prisma) => {
        await prisma.sessionSnapshot.updateMany({
          where: { botId, runEpoch: { lte: epoch }, voidAt: null },
          data: { voidAt: new Date(), voidReason },
        });
      }),
    prune: (botId, epoch, keep) =>
      scope.within(async (prisma) => {
        // Nobody takes the bot between this line and the commit.
        const held = await prisma.$queryRaw<unknown[]>`
          select 1 from bots where id = ${botId} and run_epoch = ${epoch} for share`;
        if (held.length === 0) return null;
        const kept = await prisma.sessionSnapshot.findMany({
          where: { botId, voidAt: null },
          orderBy: [...newestFirst],
          take: keep,
          select: { id: true },
        });
        const ids = kept.map(({ id }) => id);
        await prisma.sessionSnapshot.deleteMany({ where: { botId, id: { notIn: ids } } });
        return ids;
      }),
    loggedOut: (botId) =>
      scope.within(async (prisma) => {
        const row = await prisma.bot.findUnique({ where: { id: botId }, select: { sessionLoggedOut: true } });
        return row?.sessionLoggedOut ?? null;
      }),
    setLoggedOut: (botId, epoch, fault) =>
      scope.within(async (prisma) => {
        const { count } = await prisma.bot.updateMany({
          where: { id: botId, runEpoch: epoch, archivedAt: { not: null } },
          data: { sessionLoggedOut: fault === null },
        });
        if (count === 0 || fault === null) return;
        await recordAudit(prisma, scope.workspaceId, {
          actor: 'system',
          action: 'bot.not-logged-out',
          subject: `bot:${botId}`,
          details: { why: fault },
        });
      }),
    erased: (botId, epoch) =>
      scope.within(async (prisma) => {
        const { count } = await prisma.bot.updateMany({
          where: { id: botId, runEpoch: epoch, archivedAt: { not: null }, sessionErasedAt: null },
          data: { sessionErasedAt: new Date() },
        });
        if (count === 0) return false;
        await prisma.sessionSnapshot.deleteMany({ where: { botId } });
        const row = await prisma.bot.findUnique({ where: { id: botId }, select: { sessionLoggedOut: true } });
        await recordAudit(prisma, scope.workspaceId, {
          actor: 'system',
          action: 'bot.session-erased',
          subject: `bot:${botId}`,
          details: { loggedOut: row?.sessionLoggedOut ?? false },
        });
        return true;
      }),
  };
}
