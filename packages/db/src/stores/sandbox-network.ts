import type { Media, MediaKind, MessageType } from '@wbm/domain';
import type { ScopedPrisma } from '../connection/connection.ts';
import type { Scope } from '../connection/scope.ts';
import { phoneOf, whereJid } from './sandbox-address.ts';
import { lockStored, mediaOfRow, typeOfRow } from './sandbox-media.ts';

/** Somebody wrote in the simulated network: a customer, or the business on its own phone. */
export type SandboxPosting = {
  /** The customer's number, with or without the plus. */
  readonly phone: string;
  /** Hides the number: the bot's device sees only this id. */
  readonly lid?: string | undefined;
  readonly name?: string | undefined;
  readonly waMessageId: string;
  readonly author: 'customer' | 'phone';
  readonly text: string;
  /** A file that was uploaded; the text is then its caption. */
  readonly mediaId?: string | undefined;
};

/** What the bot's device gives to the network. `mediaId`: the file that goes with it. */
export type SandboxDelivery = {
  readonly jid: string;
  readonly waMessageId: string;
  readonly text: string;
  readonly media?: { readonly kind: MediaKind; readonly mediaId: string | null } | null;
};

export type UnrelayedMessage = {
  readonly waMessageId: string;
  readonly chatId: string;
  /** E.164. */
  readonly phone: string;
  readonly lid: string | null;
  readonly name: string | null;
  readonly author: 'customer' | 'phone';
  readonly type: MessageType;
  readonly text: string;
  readonly media: Media | null;
  readonly at: Date;
};

/** WhatsApp's numbers: 1 server, 2 device, 3 read. */
export type SandboxAck = { readonly waMessageId: string; readonly ack: number };

const ON_DEVICE = 2;

export interface SandboxNetworkStore {
  post(
    botId: string,
    posting: SandboxPosting,
  ): Promise<{ id: string; duplicate: boolean } | 'no-such-bot' | 'no-such-media'>;
  /** What the bot's device has not seen yet, in the order written. */
  unrelayed(botId: string, limit: number): Promise<UnrelayedMessage[]>;
  /** The device has them: the customer's phone shows two ticks. */
  markRelayed(botId: string, waMessageIds: readonly string[]): Promise<void>;
  /** A message of the bot's device arrives in the network. The same id again changes nothing. */
  deliver(botId: string, message: SandboxDelivery): Promise<{ stored: boolean; chatId: string }>;
  /** Whether the network knows this message. */
  find(botId: string, waMessageId: string): Promise<boolean>;
  /** The file of a message; null when it has none. */
  mediaOf(botId: string, waMessageId: string): Promise<string | null>;
  /** Acks of the business's messages that the bot's device has not been told. */
  unreportedAcks(botId: string): Promise<SandboxAck[]>;
  markAcksReported(botId: string, acks: readonly SandboxAck[]): Promise<void>;
}

export function sandboxNetworkStore(scope: Scope): SandboxNetworkStore {
  const { workspaceId } = scope;
  return {
    post: (botId, { phone, lid, name, waMessageId, author, text, mediaId }) =>
      scope.within(async (prisma) => {
        if ((await prisma.sandboxDevice.count({ where: { botId } })) === 0) return 'no-such-bot';
        const file = mediaId === undefined ? undefined : await lockStored(prisma, mediaId);
        if (file === null) return 'no-such-media';
        const what = file === undefined ? {} : { type: file, mediaId: mediaId ?? null };
        const known = { ...(lid === undefined ? {} : { lid }), ...(name === undefined ? {} : { name }) };
        const chatId = await openChat(prisma, workspaceId, botId, phoneOf(phone), known);
        const { count } = await prisma.sandboxMessage.createMany({
          data: { workspaceId, botId, chatId, waMessageId, author, text, ...what, ack: author === 'phone' ? 2 : 1 },
          skipDuplicates: true,
        });
        return { id: waMessageId, duplicate: count === 0 };
      }),
    unrelayed: (botId, limit) =>
      scope.within(async (prisma) => {
        const rows = await prisma.sandboxMessage.findMany({
          where: { botId, relayedAt: null },
          orderBy: { id: 'asc' },
          take: limit,
          include: { chat: true, media: true },
        });
        return rows.map(({ waMessageId, chatId, author, type, text, at, chat, media }) => ({
          waMessageId,
          chatId,
          phone: chat.phone,
          lid: chat.lid,
          name: chat.name,
          author: author === 'phone' ? ('phone' as const) : ('customer' as const),
          type: typeOfRow(type),
          text,
          media: mediaOfRow(media),
          at,
        }));
      }),
    markRelayed: (botId, waMessageIds) =>
      scope.within(async (prisma) => {
        // The same table's ack may be 3 already: the customer looked at what the business wrote from its phone.
        await prisma.$executeRaw`
          update sandbox.messages set relayed_at = clock_timestamp(), ack = greatest(ack, ${ON_DEVICE})
           where bot_id = ${botId} and wa_message_id = any(${[...waMessageIds]}) and relayed_at is null`;
      }),
    deliver: (botId, { jid, waMessageId, text, media = null }) =>
      scope.within(async (prisma) => {
        const what = media === null ? {} : { type: media.kind, mediaId: media.mediaId };
        const known = await prisma.sandboxChat.findFirst({ where: { botId, ...whereJid(jid) }, select: { id: true } });
        const chatId = known?.id ?? (await openChat(prisma, workspaceId, botId, phoneOf(jid), {}));
        const { count } = await prisma.sandboxMessage.createMany({
          data: {
            workspaceId,
            botId,
            chatId,
            waMessageId,
            author: 'bot',
            text,
            ...what,
            ack: 1,
            relayedAt: new Date(),
          },
          skipDuplicates: true,
        });
        await prisma.sandboxChat.updateMany({ where: { id: chatId }, data: { typingUntil: null } });
        return { stored: count > 0, chatId };
      }),
    find: (botId, waMessageId) =>
      scope.within(async (prisma) => (await prisma.sandboxMessage.count({ where: { botId, waMessageId } })) > 0),
    mediaOf: (botId, waMessageId) =>
      scope.within(async (prisma) => {
        const row = await prisma.sandboxMessage.findFirst({ where: { botId, waMessageId }, select: { mediaId: true } });
        return row?.mediaId ?? null;
      }),
    unreportedAcks: (botId) =>
      scope.within(async (prisma) =>
        prisma.sandboxMessage.findMany({
          where: { botId, author: { not: 'customer' }, ack: { gt: prisma.sandboxMessage.fields.reportedAck } },
          orderBy: { id: 'asc' },
          take: 500,
          select: { waMessageId: true, ack: true },
        }),
      ),
    markAcksReported: (botId, acks) =>
      scope.within(async (prisma) => {
        for (const level of new Set(acks.map(({ ack }) => ack))) {
          const ids = acks.filter(({ ack }) => ack === level).map(({ waMessageId }) => waMessageId);
          const where = { botId, waMessageId: { in: ids }, reportedAck: { lt: level } };
          await prisma.sandboxMessage.updateMany({ where, data: { reportedAck: level } });
        }
      }),
  };
}

async function openChat(
  prisma: ScopedPrisma,
  workspaceId: string,
  botId: string,
  phone: string,
  known: { lid?: string; name?: string },
): Promise<string> {
  await prisma.sandboxChat.createMany({ data: { workspaceId, botId, phone, ...known }, skipDuplicates: true });
  const [chat] = await prisma.sandboxChat.updateManyAndReturn({
    where: { botId, phone },
    data: { phone, ...known },
    select: { id: true },
  });
  if (chat === undefined) throw new Error('a chat is not there right after it was made');
  return chat.id;
}
