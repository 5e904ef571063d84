import {
  type Bot,
  type BotFeatures,
  type Delivery,
  type Lead,
  type Message,
  type Sender,
  senders,
  type Turn,
  type TurnKind,
  turnKinds,
  type WaitingReason,
} from '@wbm/domain';
import { z } from 'zod';
import { json } from '../connection/call-function.ts';
import type { Scope } from '../connection/scope.ts';
import { botRow, featuresRow } from '../rows/bot-row.ts';
import { instant } from '../rows/instant.ts';
import { leadRow, type Sources, sourcesRow } from '../rows/lead-row.ts';
import { messageRow } from '../rows/message-row.ts';

export type TakenTurn =
  | {
      readonly taken: true;
      readonly turnNo: number;
      readonly kind: TurnKind;
      /** The newest message of the customer this turn reads. */
      readonly uptoSeq: number;
      readonly ownerVersion: number;
      readonly botId: string;
      /** Tries before this one that ended without an answer. */
      readonly failures: number;
      /** Of the customer's newest message; null when there is none. */
      readonly correlationId: string | null;
    }
  /** Nothing is due, or another worker has it. `waitMs`: when to look again; null for not at all. */
  | { readonly taken: false; readonly waitMs: number | null };

export type GatheredTurn = {
  readonly bot: Bot;
  readonly features: BotFeatures;
  readonly lead: Lead;
  /** Oldest first. */
  readonly transcript: readonly Message[];
};

export type GatheredDelivery = {
  readonly turn: Turn;
  readonly bot: Bot;
  readonly features: BotFeatures;
  readonly lead: Lead;
  readonly sources: Sources;
  /** What the answer's quotes are checked against, oldest first. */
  readonly messages: readonly { readonly id: number; readonly text: string; readonly sender: Sender }[];
  /** What the customer wrote last was read from the past: nobody is to be called for it. */
  readonly history: boolean;
};

export type TurnAnswer = {
  readonly answer: unknown;
  readonly kind: TurnKind;
  readonly uptoSeq: number;
  readonly ownerVersion: number;
  /** `ok` when left out. */
  readonly verdict?: string;
  readonly promptVersion: number | null;
  readonly model: string;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly latencyMs: number;
  readonly correlationId: string;
};

const stored = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('stored'), turnId: z.int() }),
  z.object({ outcome: z.literal('superseded') }),
  z.object({ outcome: z.literal('lost') }),
]);

const delivered = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('delivered'),
    leadId: z.int(),
    botId: z.string(),
    /** The lead became qualified by this very delivery. */
    qualified: z.boolean(),
    /** A person took over meanwhile: the replies were dropped, the facts kept. */
    ownerChanged: z.boolean(),
    messageIds: z.array(z.int()),
  }),
  z.object({ outcome: z.literal('stale') }),
  z.object({ outcome: z.literal('already') }),
]);

export interface TurnStore {
  /** Makes the caller the only one who works on the lead's due turn, for `leaseMs`. */
  take(leadId: number, leaseMs: number): Promise<TakenTurn>;
  /** `superseded`: newer messages came and the customer has not waited the maximum. `lost`: the turn is another's. */
  renew(
    leadId: number,
    turnNo: number,
    uptoSeq: number,
    maxWaitMs: number,
    leaseMs: number,
  ): Promise<'held' | 'superseded' | 'lost'>;
  /** Answers in how many milliseconds it is due again; null when the turn was not ours any more. */
  giveBack(
    leadId: number,
    turnNo: number,
    maxWaitMs: number,
    how: {
      /** Counts a failure and puts the turn off by `retryMs`. */
      readonly failed: boolean;
      readonly retryMs: number;
      /** Calls a person. */
      readonly waitingReason?: WaitingReason | undefined;
    },
  ): Promise<number | null>;
  gather(leadId: number, uptoSeq: number, limit: number): Promise<GatheredTurn | null>;
  store(leadId: number, turnNo: number, maxWaitMs: number, answer: TurnAnswer): Promise<z.output<typeof stored>>;
  gatherDelivery(turnId: number): Promise<GatheredDelivery | null>;
  /** `stale`: the lead's facts changed since `expectedVersion`; gather and decide again. */
  deliver(
    turnId: number,
    decision: Pick<Delivery, 'facts' | 'replies' | 'expectedVersion'>,
  ): Promise<z.output<typeof delivered>>;
  /** An answer that can never be filed: kept, shown, never tried again. */
  refuse(turnId: number, reason: string): Promise<boolean>;
}

const EVIDENCE_MESSAGES = 200;

const turnTaken = z.object({
  taken: z.boolean(),
  turn_no: z.int().nullable(),
  kind: z.enum(turnKinds).nullable(),
  upto_seq: z.int().nullable(),
  owner_version: z.int().nullable(),
  bot_id: z.string(),
  wait_ms: z.int().nullable(),
  failures: z.int(),
  correlation_id: z.string().nullable(),
});

const gatheredTurn: z.ZodType<GatheredTurn | null> = z
  .object({ bot: botRow, features: featuresRow, lead: leadRow, transcript: z.array(messageRow) })
  .nullable();

const turn: z.ZodType<Turn> = z.object({
  id: z.int(),
  workspaceId: z.string(),
  leadId: z.int(),
  turnNo: z.int(),
  kind: z.enum(turnKinds),
  uptoSeq: z.int(),
  ownerVersion: z.int(),
  answer: z.unknown(),
  correlationId: z.string(),
  deliveredAt: instant.nullable(),
});

const gatheredDelivery: z.ZodType<GatheredDelivery | null> = z
  .object({
    turn,
    bot: botRow,
    features: featuresRow,
    lead: leadRow,
    sources: sourcesRow,
    messages: z.array(z.object({ id: z.int(), text: z.string(), sender: z.enum(senders) })),
    history: z
      .boolean()
      .nullable()
      .transform((history) => history ?? false),
  })
  .nullable();

export function turnStore(scope: Scope): TurnStore {
  return {
    async take(leadId, leaseMs) {
      const [row] = await scope.rows('take_turn', { lead: leadId, leaseMs }, turnTaken);
      if (!row?.taken) return { taken: false, waitMs: row?.wait_ms ?? null };
      const { turn_no: turnNo, kind, upto_seq: uptoSeq, owner_version: ownerVersion } = row;
      if (turnNo === null || kind === null || uptoSeq === null || ownerVersion === null) {
        throw new Error('take_turn took a turn and did not say which');
      }
      const { bot_id: botId, failures, correlation_id: correlationId } = row;
      return { taken: true, turnNo, kind, uptoSeq, ownerVersion, botId, failures, correlationId };
    },
    renew: (leadId, turnNo, uptoSeq, maxWaitMs, leaseMs) =>
      scope.answer(
        'renew_turn',
        { lead: leadId, turn: turnNo, upto: uptoSeq, maxWaitMs, leaseMs },
        z.enum(['held', 'superseded', 'lost']),
      ),
    giveBack: (leadId, turnNo, maxWaitMs, { failed, retryMs, waitingReason = null }) =>
      scope.answer(
        'give_back_turn',
        { lead: leadId, turn: turnNo, maxWaitMs, failed, retryMs, waitingReason },
        z.int().nullable(),
      ),
    gather: (leadId, uptoSeq, limit) =>
      scope.answer('gather_turn', { lead: leadId, upto: uptoSeq, limit }, gatheredTurn),
    store: (leadId, turnNo, maxWaitMs, answer) =>
      scope.answer('store_answer', { lead: leadId, turn: turnNo, maxWaitMs, answer: json(answer) }, stored),
    gatherDelivery: (turnId) =>
      scope.answer('gather_delivery', { turn: turnId, limit: EVIDENCE_MESSAGES }, gatheredDelivery),
    deliver: (turnId, { facts, replies, expectedVersion }) =>
      scope.answer(
        'deliver_turn',
        { turn: turnId, expectedVersion, facts: json(facts), replies: json(replies) },
        delivered,
      ),
    refuse: (turnId, reason) => scope.answer('refuse_turn', { turn: turnId, reason }, z.boolean()),
  };
}
