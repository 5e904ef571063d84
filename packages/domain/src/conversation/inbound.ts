import { z } from 'zod';
import { type MessageType, mediaKinds, messageTypes, type Sender } from '../vocabulary.ts';

/** The file that came with a message, as the message describes it; what a stranger says of it is not believed. */
export const inboundMedia = z.object({
  kind: z.enum(mediaKinds),
  mimeType: z.string().max(120),
  name: z.string().max(255).nullable(),
  /** Bytes. */
  size: z.int().nonnegative().max(Number.MAX_SAFE_INTEGER).nullable(),
  seconds: z.int().nonnegative().max(2_147_483_647).nullable(),
});
export type InboundMedia = z.output<typeof inboundMedia>;

/** Not before 1970: no clock of a phone says so, and Postgres knows no year 0. */
const instant = z.iso.datetime().refine((at) => at >= '1970');
const text = z.string().max(65_536);
/** The id of a message inside WhatsApp. */
const target = z.string().min(1).max(128);

/** `fromMe`: written on the business's own phone. `phone` is E.164 with the plus; `lid` the digits of the hidden id; either may be unknown. */
const said = {
  type: z.enum(messageTypes),
  text,
  at: instant,
  fromMe: z.boolean(),
  pushName: z.string().max(200).nullable(),
  phone: z
    .string()
    .regex(/^\+\d{6,15}$/)
    .nullable(),
  lid: z
    .string()
    .regex(/^\d{4,24}$/)
    .nullable(),
  /** Left out by rows of before 0.2. */
  media: inboundMedia.nullable().optional(),
};

/** What an engine tells of one WhatsApp message. */
export const messagePayload = z.object({ kind: z.literal('message'), ...said });
export type InboundPayload = z.output<typeof messagePayload>;

/**
 * What became of the message `target` after it was written; `fromMe`: whoever did it used the business's own phone. A
 * message told as `undecrypted` before says at last what it is. An empty emoji takes a reaction back.
 */
export const changePayload = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('decrypted'), target, ...said }),
  z.object({ kind: z.literal('edit'), target, text, fromMe: z.boolean(), at: instant }),
  z.object({ kind: z.literal('revoke'), target, fromMe: z.boolean(), at: instant }),
  z.object({ kind: z.literal('reaction'), target, emoji: z.string().max(64), fromMe: z.boolean(), at: instant }),
]);
export type ChangePayload = z.output<typeof changePayload>;

/** What is kept in `inbound_messages.payload` until it is filed. */
export const inboundPayload = z.discriminatedUnion('kind', [messagePayload, ...changePayload.options]);
export type AnyInboundPayload = z.output<typeof inboundPayload>;

/** What is known of the message that a raw row is about, before the row is filed. */
export interface KnownMessage {
  readonly sender: Sender;
  readonly type: MessageType;
  readonly text: string;
  readonly revoked: boolean;
  /** Some answer, or some reading of facts, has read it. */
  readonly answered: boolean;
}

/** A raw row as it waits to be filed. */
export interface InboundRow {
  readonly id: bigint;
  readonly chatId: string;
  /** Of a change: an id of its own, made of the change. */
  readonly waMessageId: string;
  readonly payload: unknown;
  readonly history: boolean;
  readonly correlationId: string;
  /** The stored message it is, or changes; null or left out when there is none. */
  readonly about?: KnownMessage | null;
}
