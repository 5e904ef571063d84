import { z } from 'zod';
import { mediaKinds, messageTypes } from '../vocabulary.ts';

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

/**
 * What an engine tells of one WhatsApp message, as it is kept in `inbound_messages.payload` until it is filed.
 * `fromMe`: written on the business's own phone. `phone` is E.164 with the plus; `lid` the digits of the hidden id; either may be unknown.
 */
export const inboundPayload = z.object({
  kind: z.literal('message'),
  type: z.enum(messageTypes),
  text: z.string().max(65_536),
  /** Not before 1970: no clock of a phone says so, and Postgres knows no year 0. */
  at: z.iso.datetime().refine((at) => at >= '1970'),
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
});
export type InboundPayload = z.output<typeof inboundPayload>;

/** A raw row as it waits to be filed. */
export interface InboundRow {
  readonly id: bigint;
  readonly chatId: string;
  readonly waMessageId: string;
  readonly payload: unknown;
  readonly history: boolean;
  readonly correlationId: string;
}
