import type { Media, MessageType, Reactions } from '@wbm/domain';
import { z } from 'zod';
import type { Scope } from '../connection/scope.ts';
import { phoneOf, whereJid } from './sandbox-address.ts';
import { mediaOfRow, typeOfRow } from './sandbox-media.ts';

/** What the customer sees on their phone; `fromMe` is the customer. */
export type PhoneMessage = {
  readonly id: string;
  readonly fromMe: boolean;
  readonly type: MessageType;
  readonly text: string;
  readonly media: Media | null;
  readonly at: Date;
  readonly ack: number;
  readonly editedAt: Date | null;
  /** Taken back by whoever wrote it. */
  readonly revokedAt: Date | null;
  readonly reactions: Reactions;
};

const emoji = z.string().nullable().default(null);
const bothSides = z.object({ customer: emoji, business: emoji });
const CUSTOMER_READ = 3;
const NEWEST = 500;

export interface SandboxPhoneStore {
  /** The customer's own view of their chat, oldest first; null when they never met. */
  chat(botId: string, phone: string): Promise<{ items: PhoneMessage[]; typing: boolean } | null>;
  /** The customer looked: everything the business wrote is read. Answers what was not before. */
  markRead(botId: string, phone: string): Promise<{ waMessageId: string }[]>;
  /** The bot types for `forMs` from now, or stopped (null). Answers the chat; null when there is none. */
  setTyping(botId: string, jid: string, forMs: number | null): Promise<string | null>;
  /** The customer's number of a chat. */
  chatPhone(chatId: string): Promise<string | null>;
}

export function sandboxPhoneStore(scope: Scope): SandboxPhoneStore {
  return {
    chat: (botId, phone) =>
      scope.within(async (prisma) => {
        const chat = await prisma.sandboxChat.findUnique({ where: { botId_phone: { botId, phone: phoneOf(phone) } } });
        if (chat === null) return null;
        const rows = await prisma.sandboxMessage.findMany({
          where: { chatId: chat.id },
          orderBy: { id: 'desc' },
          take: NEWEST,
          include: { media: true },
        });
        const items = rows.reverse().map(({ waMessageId, author, type, text, media, reactions, ...same }) => ({
          id: waMessageId,
          fromMe: author === 'customer',
          type: typeOfRow(type),
          text,
          media: mediaOfRow(media),
          at: same.at,
          ack: same.ack,
          editedAt: same.editedAt,
          revokedAt: same.revokedAt,
          reactions: bothSides.parse(reactions),
        }));
        return { items, typing: chat.typingUntil !== null && chat.typingUntil > new Date() };
      }),
    markRead: (botId, phone) =>
      scope.within((prisma) =>
        prisma.sandboxMessage.updateManyAndReturn({
          where: { botId, chat: { phone: phoneOf(phone) }, author: { not: 'customer' }, ack: { lt: CUSTOMER_READ } },
          data: { ack: CUSTOMER_READ },
          select: { waMessageId: true },
        }),
      ),
    setTyping: (botId, jid, forMs) =>
      scope.within(async (prisma) => {
        const typingUntil = forMs === null ? null : new Date(Date.now() + forMs);
        const where = { botId, ...whereJid(jid) };
        const [chat] = await prisma.sandboxChat.updateManyAndReturn({
          where,
          data: { typingUntil },
          select: { id: true },
        });
        return chat?.id ?? null;
      }),
    chatPhone: (chatId) =>
      scope.within(async (prisma) => {
        const chat = await prisma.sandboxChat.findUnique({ where: { id: chatId }, select: { phone: true } });
        return chat?.phone ?? null;
      }),
  };
}
