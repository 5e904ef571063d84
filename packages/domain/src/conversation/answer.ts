import { z } from 'zod';
import { leadFieldNames } from '../vocabulary.ts';

/** A fact the assistant claims to have read, with the message that says so. It is believed only when the quote is in that message. */
export const claimedField = z.object({
  name: z.enum(leadFieldNames),
  value: z.string().min(1).max(300),
  messageId: z.int().positive(),
  quote: z.string().min(1).max(500),
  confidence: z.number().min(0).max(1),
});
export type ClaimedField = z.output<typeof claimedField>;

/** What one turn of the assistant gives back, whoever the assistant is. */
export const assistantAnswer = z.object({
  replies: z.array(z.string().trim().min(1).max(4_096)).max(4),
  fields: z.array(claimedField).max(20),
  /** The customer should be handed to a person; `reason` is for the vendor, never sent. */
  handoff: z.object({ reason: z.string().max(300) }).nullish(),
});
export type AssistantAnswer = z.output<typeof assistantAnswer>;

/** A stored answer that waits to be filed, or was. */
export interface Turn {
  readonly id: number;
  readonly workspaceId: string;
  readonly leadId: number;
  readonly turnNo: number;
  readonly kind: 'reply' | 'capture';
  readonly uptoSeq: number;
  readonly ownerVersion: number;
  /** Parsed again by whoever reads it. */
  readonly answer: unknown;
  readonly correlationId: string;
  readonly deliveredAt: Date | null;
}
