import { z } from 'zod';
import type { ScopedPrisma } from '../connection/connection.ts';
import type { Scope } from '../connection/scope.ts';
import { Prisma } from '../generated/client.ts';
import { phoneOf } from './sandbox-address.ts';

export const sandboxChanges = ['edit', 'revoke', 'reaction'] as const;

/** Somebody changes a message of the simulated network: the customer of the chat, or the business on its own phone. */
export type SandboxChange = {
  /** The customer's number, with or without the plus. */
  readonly phone: string;
  readonly waMessageId: string;
  readonly author: 'customer' | 'phone';
  readonly change: (typeof sandboxChanges)[number];
  /** The new text, or the emoji; empty takes a reaction back. */
  readonly text: string;
};

/** `not-the-author`: only whoever wrote a message edits it or takes it back. */
export type SandboxChangeOutcome = 'changed' | 'no-such-message' | 'not-the-author' | 'taken-back';

export type UnrelayedChange = Omit<SandboxChange, 'phone'> & {
  readonly changeId: string;
  readonly chatId: string;
  /** E.164. */
  readonly phone: string;
  readonly lid: string | null;
  readonly at: Date;
};

export interface SandboxChangeStore {
  change(botId: string, change: SandboxChange): Promise<SandboxChangeOutcome>;
  /** What the bot's device has not been told, in the order in which it was done; of messages that it has. */
  unrelayedChanges(botId: string, limit: number): Promise<UnrelayedChange[]>;
  markChangesRelayed(botId: string, changeIds: readonly string[]): Promise<void>;
}

const row = z
  .object({
    id: z.string(),
    chat_id: z.string(),
    wa_message_id: z.string(),
    change: z.enum(sandboxChanges),
    author: z.enum(['customer', 'phone']),
    text: z.string(),
    at: z.date(),
    phone: z.string(),
    lid: z.string().nullable(),
  })
  .transform(
    ({ id, chat_id, wa_message_id, ...rest }): UnrelayedChange => ({
      ...rest,
      changeId: id,
      chatId: chat_id,
      waMessageId: wa_message_id,
    }),
  );

export function sandboxChangeStore(scope: Scope): SandboxChangeStore {
  const { workspaceId } = scope;
  return {
    change: (botId, { phone, waMessageId, author, change, text }) =>
      scope.within(async (prisma) => {
        const message = await lockMessage(prisma, botId, phoneOf(phone), waMessageId);
        if (message === undefined) return 'no-such-message';
        const theirs = (author === 'customer') === (message.author === 'customer');
        if (change !== 'reaction' && !theirs) return 'not-the-author';
        if (message.revoked_at !== null) return change === 'revoke' ? 'changed' : 'taken-back';
        const by = author === 'customer' ? 'customer' : 'business';
        const changed = {
          edit: () => prisma.$executeRaw`
            update sandbox.messages set text = ${text}, edited_at = clock_timestamp() where id = ${message.id} and text <> ${text}`,
          revoke: () => prisma.$executeRaw`
            update sandbox.messages set text = '', reactions = '{}', media_id = null, edited_at = null, revoked_at = clock_timestamp() where id = ${message.id}`,
          reaction: () => prisma.$executeRaw`
            update sandbox.messages set reactions = case when ${text} = '' then reactions - ${by}::text else reactions || jsonb_build_object(${by}::text, ${text}::text) end
             where id = ${message.id} and reactions ->> ${by}::text is distinct from nullif(${text}, '')`,
        }[change]();
        if ((await changed) === 0) return 'changed';
        if (change === 'revoke' && message.media_id !== null) await forgetFile(prisma, message.media_id);
        const { chat_id: chatId } = message;
        await prisma.$executeRaw`
          insert into sandbox.changes (workspace_id, bot_id, chat_id, wa_message_id, change, author, text, at)
          values (${workspaceId}::uuid, ${botId}, ${chatId}::uuid, ${waMessageId}, ${change}, ${author}, ${text}, clock_timestamp())`;
        return 'changed';
      }),
    unrelayedChanges: (botId, limit) =>
      scope.within(async (prisma) => {
        const rows = await prisma.$queryRaw`
          select c.id::text as id, c.chat_id::text as chat_id, c.wa_message_id, c.change, c.author, c.text, c.at, h.phone, h.lid
            from sandbox.changes c join sandbox.chats h on h.id = c.chat_id
           where c.bot_id = ${botId} and c.relayed_at is null
             and exists (select 1 from sandbox.messages m where m.bot_id = c.bot_id and m.wa_message_id = c.wa_message_id and m.relayed_at is not null)
           order by c.id limit ${limit}`;
        return z.array(row).parse(rows);
      }),
    markChangesRelayed: (botId, changeIds) =>
      scope.within(async (prisma) => {
        await prisma.$executeRaw`
          update sandbox.changes set relayed_at = clock_timestamp()
           where bot_id = ${botId} and relayed_at is null and id = any(${[...changeIds]}::bigint[])`;
      }),
  };
}

type Locked = {
  readonly id: bigint;
  readonly author: string;
  readonly chat_id: string;
  readonly media_id: string | null;
  readonly revoked_at: Date | null;
};

async function lockMessage(prisma: ScopedPrisma, botId: string, phone: string, waMessageId: string) {
  const rows = await prisma.$queryRaw<Locked[]>(Prisma.sql`
    select m.id, m.author, m.chat_id::text as chat_id, m.media_id::text as media_id, m.revoked_at
      from sandbox.messages m join sandbox.chats h on h.id = m.chat_id
     where m.bot_id = ${botId} and m.wa_message_id = ${waMessageId} and h.phone = ${phone} for update of m`);
  return rows[0];
}

/** A file that was taken back goes, unless it is somewhere else too. */
async function forgetFile(prisma: ScopedPrisma, mediaId: string): Promise<void> {
  await prisma.$executeRaw`
    update media f set state = 'deleted', name = null, due_at = null where f.id = ${mediaId}::uuid and f.state <> 'deleted' and not app.is_used(f)`;
}
