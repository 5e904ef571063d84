import {
  type Bot,
  type BotFeatures,
  chatOwners,
  type Filing,
  type InboundRow,
  type Lead,
  leadStatuses,
  messageTypes,
  senders,
} from '@wbm/domain';
import { Transient } from '@wbm/runtime';
import { z } from 'zod';
import { json } from '../connection/call-function.ts';
import type { Scope } from '../connection/scope.ts';
import { ConstraintViolation } from '../errors/constraint-violation.ts';
import { dataFault } from '../errors/database-failure.ts';
import { botRow, featuresRow } from '../rows/bot-row.ts';
import { instant } from '../rows/instant.ts';
import { leadRow, type Sources, sourcesRow } from '../rows/lead-row.ts';

/** A message as a session saw it; `n` is its number within the run, so that order survives parallel writing. */
export type RawMessage = {
  readonly jid: string;
  readonly waMessageId: string;
  readonly n: number;
  /** Of what was read from the past: the number of the last that was heard before the reading began. */
  readonly after?: number;
  readonly payload: unknown;
  readonly history: boolean;
  readonly correlationId: string;
};

export type GatheredChat = {
  readonly bot: Bot;
  readonly features: BotFeatures;
  readonly jid: string;
  /** Whom the rows and the chat's id name: hand this to `file`, which finds the lead by it. */
  readonly contact: { readonly phone: string | null; readonly lid: string | null };
  readonly lead: Lead | null;
  readonly sources: Sources;
  /** Not yet filed, oldest first. */
  readonly rows: readonly InboundRow[];
};

const ids = z.array(z.int());

const filed = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('stale') }),
  z.object({ outcome: z.literal('nothing'), leadId: z.int().nullable() }),
  z.object({
    outcome: z.literal('filed'),
    leadId: z.int(),
    created: z.boolean(),
    owner: z.enum(chatOwners),
    status: z.enum(leadStatuses),
    assignedTo: z.string().nullable(),
    /** Stored messages by the raw row they came from. */
    messageIds: z.record(z.string(), z.int()),
    /** Messages that were edited, taken back or reacted to, by the raw row that did it. */
    changedIds: z.record(z.string(), z.int()),
    replyDueAt: instant.nullable(),
    /** Milliseconds; null when no turn is due. */
    replyInMs: z.int().nullable(),
    /** Somebody of the business wrote on the phone, and the bot fell silent. */
    takenOver: z.boolean(),
    cancelled: ids,
    leaving: ids,
  }),
]);

/** `unfit`: one of these rows holds something that the database cannot keep; nothing is filed. */
export type FiledOutcome = z.output<typeof filed> | { readonly outcome: 'unfit'; readonly code: string };

export interface InboundStore {
  /** Keeps what a session saw; the same message again changes nothing. Answers the chats that have something to file. */
  receive(botId: string, epoch: number, rows: readonly RawMessage[]): Promise<{ chatId: string; stored: number }[]>;
  /** Whether something that a bot received has still to be filed. */
  waits(botId: string): Promise<boolean>;
  /** Null: no such chat of this bot. */
  gather(botId: string, chatId: string, limit: number): Promise<GatheredChat | null>;
  /**
   * `stale`: the lead's facts changed meanwhile, or it is another lead's chat; gather and decide again. `nothing`: somebody
   * else filed these rows, or they change messages of a chat that has no lead, which null says.
   */
  file(botId: string, chatId: string, filing: Filing): Promise<FiledOutcome>;
  /** A raw row that can never be filed: kept, shown, never tried again. */
  refuse(inboundId: string, reason: string): Promise<boolean>;
}

const gathered: z.ZodType<GatheredChat | null> = z
  .object({
    bot: botRow,
    features: featuresRow,
    jid: z.string(),
    contact: z.object({ phone: z.string().nullable(), lid: z.string().nullable() }),
    lead: leadRow.nullable(),
    sources: sourcesRow,
    rows: z.array(
      z.object({
        id: z.string().transform(BigInt),
        chatId: z.string(),
        waMessageId: z.string(),
        payload: z.unknown(),
        history: z.boolean(),
        correlationId: z.string(),
        about: z
          .object({
            sender: z.enum(senders),
            type: z.enum(messageTypes),
            text: z.string(),
            revoked: z.boolean(),
            answered: z.boolean(),
          })
          .nullable(),
      }),
    ),
  })
  .nullable();

export function inboundStore(scope: Scope): InboundStore {
  return {
    async receive(botId, epoch, rows) {
      if (rows.length === 0) return [];
      const answer = z.object({ chat_id: z.string(), stored: z.int() });
      const chats = await scope.rows('receive_inbound', { bot: botId, epoch, rows: json(rows) }, answer);
      return chats.map(({ chat_id, stored }) => ({ chatId: chat_id, stored }));
    },
    waits: (botId) =>
      scope.within(
        async (prisma) =>
          (await prisma.inboundMessage.count({ where: { botId, filedAt: null, refused: null }, take: 1 })) > 0,
      ),
    gather: (botId, chatId, limit) => scope.answer('gather_chat', { bot: botId, chat: chatId, limit }, gathered),
    async file(botId, chatId, filing) {
      const { contact, messages, facts, due, quietMs, maxWaitMs, leadId, expectedVersion } = filing;
      const args = { bot: botId, chat: chatId, contact: json(contact), messages: json(messages), facts: json(facts) };
      try {
        const expected = { expectedLead: leadId, expectedVersion };
        return await scope.answer('file_messages', { ...args, due, quietMs, maxWaitMs, ...expected }, filed);
      } catch (error) {
        // Two filings that learn of the same person at once: one wins, and the other finds the contact next time.
        if (error instanceof ConstraintViolation && error.kind === 'unique') {
          throw new Transient('db.race', 'another filing was faster', { cause: error });
        }
        const code = dataFault(error);
        if (code !== null) return { outcome: 'unfit', code };
        throw error;
      }
    },
    refuse: (inboundId, reason) => scope.answer('refuse_inbound', { inbound: BigInt(inboundId), reason }, z.boolean()),
  };
}
