import { type Message, type MessageStatus, messageStatuses, type SendingBudget, writeFirstReasons } from '@wbm/domain';
import { z } from 'zod';
import { json } from '../connection/call-function.ts';
import type { ScopedPrisma } from '../connection/connection.ts';
import type { Scope } from '../connection/scope.ts';
import { Prisma } from '../generated/client.ts';
import { messageRow } from '../rows/message-row.ts';
import { cursorOf, serialKey } from './cursor.ts';
import {
  type ClaimOutcome,
  claimOutcomes,
  limits,
  type MaySend,
  marked,
  type NextSends,
  nextSends,
  type Refusal,
  type Sending,
  sending,
  unlimited,
} from './sending.ts';

export type NewMessage = {
  readonly leadId: number;
  /** The e-mail of the person who writes. */
  readonly author: string;
  /** An admin may write in a chat that somebody else has. */
  readonly force: boolean;
  readonly text: string;
  /** A file that was uploaded and is stored. */
  readonly mediaId?: string | null;
  /** The same id again is the same message again. */
  readonly clientId: string | null;
  readonly correlationId: string;
};

const posted = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('queued'), messageId: z.int(), botId: z.string() }),
  z.object({ outcome: z.literal('duplicate'), messageId: z.int(), botId: z.string() }),
  z.object({ outcome: z.literal('bot-has-it') }),
  z.object({ outcome: z.literal('not-yours'), assignedTo: z.string().nullable() }),
  z.object({ outcome: z.literal('not-found') }),
  z.object({ outcome: z.literal('no-such-media') }),
  z.object({ outcome: z.literal('bot-deleted') }),
  z.object({ outcome: z.literal('write-first'), why: z.enum(writeFirstReasons) }),
]);
export type PostOutcome = z.output<typeof posted>;

export type StrandedSend = {
  readonly messageId: number;
  readonly leadId: number;
  readonly waMessageId: string | null;
  readonly text: string;
  readonly chatJid: string;
};

export interface MessageStore {
  /** Newest first. */
  list(
    leadId: number,
    page: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<{ items: Message[]; nextCursor: string | null } | 'bad-cursor'>;
  /** Those of these ids that exist, in the order of the chat. */
  get(messageIds: readonly number[]): Promise<Message[]>;
  post(message: NewMessage): Promise<PostOutcome>;
  /** What was posted under this client id; null: nothing. */
  byClientId(leadId: number, clientId: string): Promise<Message | null>;
  /** What may leave now, and what has to wait for the budget; see `NextSends`. */
  nextSends(botId: string, budget?: SendingBudget, may?: MaySend): Promise<NextSends>;
  /**
   * The one exit: nothing is sent without it. A bot's reply that was queued longer than `replyAgeMs` ago is cancelled. Of
   * several claims at once no more than the budget allows are answered `sending`.
   */
  claim(
    messageId: number,
    epoch: number,
    waMessageId: string,
    replyAgeMs: number,
    budget?: SendingBudget,
  ): Promise<ClaimOutcome>;
  /**
   * What became of a claimed message, as the run of `epoch` knows it; `queued` only when it is known that it never left.
   * False: it had moved on already, or a later run has claimed it.
   */
  mark(
    messageId: number,
    epoch: number,
    outcome: 'sent' | 'failed' | 'unconfirmed' | 'queued',
    how?: { readonly reason?: string; readonly retryMs?: number },
  ): Promise<boolean>;
  /** Others go first for so long: its file cannot be had now. Costs no try. False: it is not queued any more. */
  putOff(messageId: number, retryMs: number): Promise<boolean>;
  /**
   * WhatsApp refused a claimed message for good. When that is the person's doing, nothing is sent to them until they
   * write: what else was queued for them is `cancelled`.
   */
  refuse(messageId: number, epoch: number, refusal: Refusal): Promise<{ moved: boolean; cancelled: number[] }>;
  /** What the bot has sent of late, and what waits; null: no such bot. */
  sending(botId: string): Promise<Sending | null>;
  /**
   * Delivery marks, upwards only, and refusals: one of an unasked message closes the chat until the customer writes, and
   * cancels what else is queued for them. Answers every message that changed.
   */
  recordAcks(
    botId: string,
    acks: readonly { readonly waMessageId: string; readonly ack: number }[],
  ): Promise<{ leadId: number; messageId: number; status: MessageStatus }[]>;
  /** Left `sending` by an earlier run, or by this one longer than `olderMs` ago. */
  stranded(botId: string, epoch: number, olderMs: number): Promise<StrandedSend[]>;
}

const position = cursorOf(z.tuple([serialKey]));

const strandedSend = z.object({
  message_id: z.int(),
  lead_id: z.int(),
  wa_message_id: z.string().nullable(),
  text: z.string(),
  chat_jid: z.string(),
});
const acked = z.object({ lead_id: z.int(), message_id: z.int(), status: z.enum(messageStatuses) });

export function messageStore(scope: Scope): MessageStore {
  return {
    async list(leadId, { cursor, limit }) {
      const before = cursor === undefined ? null : position.read(cursor);
      if (before === undefined) return 'bad-cursor';
      const older = before === null ? Prisma.empty : Prisma.sql`and m.seq < ${before[0]}`;
      const found = await scope.within((prisma) =>
        read(prisma, Prisma.sql`where m.lead_id = ${leadId} ${older} order by m.seq desc limit ${limit + 1}`),
      );
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return { items, nextCursor: found.length > limit && last !== undefined ? position.write([last.seq]) : null };
    },
    async get(messageIds) {
      if (messageIds.length === 0) return [];
      return scope.within((prisma) =>
        read(prisma, Prisma.sql`where m.id in (${Prisma.join([...messageIds])}) order by m.lead_id, m.seq`),
      );
    },
    post: ({ leadId, author, force, text, mediaId = null, clientId, correlationId }) =>
      scope.answer(
        'post_message',
        { lead: leadId, author, force, text, clientId, correlation: correlationId, media: mediaId },
        posted,
      ),
    async byClientId(leadId, clientId) {
      const [message] = await scope.within((prisma) =>
        read(prisma, Prisma.sql`where m.lead_id = ${leadId} and m.client_id = ${clientId}`),
      );
      return message ?? null;
    },
    nextSends: (botId, budget = unlimited, { mayAnswer = true, files = 1 } = {}) =>
      scope.answer('next_sends', { bot: botId, mayAnswer, files, ...limits(budget) }, nextSends),
    claim: (messageId, epoch, waMessageId, replyAgeMs, budget = unlimited) =>
      scope.answer(
        'claim_send',
        { message: messageId, epoch, waId: waMessageId, replyAgeMs, ...limits(budget) },
        z.enum(claimOutcomes),
      ),
    async mark(
      message,
      epoch,
      outcome,
      { reason = null, retryMs = 0 }: { reason?: string | null; retryMs?: number } = {},
    ) {
      const how = { message, epoch, outcome, reason, retryMs, why: null };
      return (await scope.answer('mark_send', how, marked)).moved;
    },
    putOff: (message, retryMs) => scope.answer('put_off_send', { message, retryMs }, z.boolean()),
    refuse: (message, epoch, { reason, why }) =>
      scope.answer('mark_send', { message, epoch, outcome: 'failed', reason, retryMs: 0, why }, marked),
    sending: (botId) => scope.answer('sending_of', { bot: botId }, sending.nullable()),
    async recordAcks(botId, acks) {
      if (acks.length === 0) return [];
      const rows = await scope.rows('record_acks', { bot: botId, acks: json(acks) }, acked);
      return rows.map((row) => ({ leadId: row.lead_id, messageId: row.message_id, status: row.status }));
    },
    async stranded(botId, epoch, olderMs) {
      const rows = await scope.rows('stranded_sends', { bot: botId, epoch, olderMs }, strandedSend);
      return rows.map((row) => ({
        messageId: row.message_id,
        leadId: row.lead_id,
        waMessageId: row.wa_message_id,
        text: row.text,
        chatJid: row.chat_jid,
      }));
    },
  };
}

async function read(prisma: ScopedPrisma, which: Prisma.Sql): Promise<Message[]> {
  const rows = await prisma.$queryRaw<{ message: unknown }[]>`
    select app.message_json(m) as message from lead_messages m ${which}`;
  return rows.map((row) => messageRow.parse(row.message));
}
