import {
  engines,
  type MediaKind,
  mediaKinds,
  type Sender,
  type SendingBudget,
  type SendingFacts,
  senders,
} from '@wbm/domain';
import { z } from 'zod';
import { instant } from '../rows/instant.ts';

/**
 * sending: send it now, under the id given. cancelled: it will never be sent. held: the budget is used up, it waits. busy:
 * another message of the chat is leaving. not-mine: the bot moved to another runner. gone: it is not queued any more.
 */
export const claimOutcomes = ['sending', 'cancelled', 'held', 'busy', 'not-mine', 'gone'] as const;
export type ClaimOutcome = (typeof claimOutcomes)[number];

export type DueSend = {
  readonly messageId: number;
  readonly leadId: number;
  readonly sender: Sender;
  readonly text: string;
  readonly chatJid: string;
  readonly correlationId: string;
  readonly attempts: number;
  /** The file that goes with it; it is stored. */
  readonly media: {
    readonly id: string;
    readonly kind: MediaKind;
    readonly mimeType: string;
    readonly name: string | null;
  } | null;
};

/** What a lane can take on now. */
export type MaySend = {
  /** False leaves the bot's own messages out. */
  readonly mayAnswer?: boolean;
  /** How many messages with a file; one if it does not say. */
  readonly files?: number;
};

/** What leaves a bot next. */
export type NextSends = {
  /**
   * The oldest queued message of each chat that has none leaving, no more than the budget has room for: replies before
   * anything unasked, else those that wait longest. Of those with a file no more than the lane can take on: others would
   * take the room of texts that could leave meanwhile.
   */
  readonly due: readonly DueSend[];
  /** How many have to wait for the budget that did not have to before. */
  readonly heldNow: number;
  /** Those of people of which it is news that they wait, or until when. */
  readonly held: readonly { readonly messageId: number; readonly leadId: number }[];
  /** Milliseconds until the budget has room again; null while it has. */
  readonly heldForMs: number | null;
};

export type Refusal = {
  /** Plain words for whoever wrote it. */
  readonly reason: string;
  readonly why: 'not-on-whatsapp' | 'write-first' | 'media' | 'other';
};

/** What a bot has sent of late. Counted is what was claimed, except what is known never to have left. */
export type Sending = SendingFacts & {
  readonly lastMinute: number;
  readonly last24h: number;
  /** Of these, to people who had not written for a day. */
  readonly unasked24h: number;
  readonly refused24h: number;
  /** Queued, and waiting for the budget. */
  readonly held: number;
  readonly heldUntil: Date | null;
};

export const unlimited: SendingBudget = { perMinute: null, perDay: null, unaskedPerDay: null };

/** A budget as arguments of the functions that keep it. */
export function limits({ perMinute, perDay, unaskedPerDay }: SendingBudget) {
  return { perMinute, perDay, unaskedPerDay };
}

const dueSend: z.ZodType<DueSend> = z.object({
  messageId: z.int(),
  leadId: z.int(),
  sender: z.enum(senders),
  text: z.string(),
  chatJid: z.string(),
  correlationId: z.string(),
  attempts: z.int(),
  media: z
    .object({ id: z.string(), kind: z.enum(mediaKinds), mimeType: z.string(), name: z.string().nullable() })
    .nullable(),
});

export const nextSends: z.ZodType<NextSends> = z.object({
  due: z.array(dueSend),
  heldNow: z.int(),
  held: z.array(z.object({ messageId: z.int(), leadId: z.int() })),
  heldForMs: z.int().nullable(),
});

export const marked = z.object({ moved: z.boolean(), cancelled: z.array(z.int()) });

export const sending: z.ZodType<Sending> = z.object({
  engine: z.enum(engines),
  linkedAt: instant.nullable(),
  perMinute: z.int().nullable(),
  perDay: z.int().nullable(),
  lastMinute: z.int(),
  last24h: z.int(),
  unasked24h: z.int(),
  refused24h: z.int(),
  held: z.int(),
  heldUntil: instant.nullable(),
});
