import { chatOwners, fieldSources, leadFieldNames, leadStatuses, waitingReasons, writeFirstReasons } from '@wbm/domain';
import { z } from 'zod';
import { botId, serialId } from '../define.ts';
import { messageView } from './messages.ts';
import { instant, page, pageQuery } from './page.ts';
import { words } from './words.ts';

export const leadView = z.object({
  id: serialId,
  botId,
  botName: z.string(),
  whatsappNumber: z.string().nullable().describe('E.164; null while WhatsApp hides the number.'),
  displayName: z.string().nullable().describe('The name the customer gave, else the one WhatsApp shows.'),
  name: z.string().nullable(),
  email: z.string().nullable(),
  location: z.string().nullable(),
  phone: z.string().nullable(),
  status: z.enum(leadStatuses),
  owner: z.enum(chatOwners).describe('Who may speak in the chat.'),
  ownerVersion: z.int(),
  assignedTo: z.email().nullable().describe('The e-mail of the vendor who has it.'),
  capturedAt: instant,
  qualifiedAt: instant.nullable(),
  lastMessageAt: instant,
  lastMessage: z.string().nullable().describe('The newest message, shortened.'),
  waitingSince: instant.nullable(),
  waitingReason: z.enum(waitingReasons).nullable(),
  writeFirst: z
    .enum(writeFirstReasons)
    .nullable()
    .describe('Why WhatsApp takes nothing for this person until they write; null when it does.'),
  version: z.int(),
});

export const leadFieldView = z.object({
  name: z.enum(leadFieldNames),
  value: z.string(),
  source: z.enum(fieldSources),
  messageId: serialId.nullable().describe('The message that says so.'),
  quote: z.string().nullable(),
  confidence: z.number().min(0).max(1).nullable(),
  at: instant,
});

export const leadDetail = leadView.extend({ fields: z.array(leadFieldView) });

export const leadQuery = pageQuery.extend({
  botId: botId.optional(),
  status: z.enum(leadStatuses).optional(),
  assignedTo: z.union([z.literal('me'), z.literal('nobody'), z.email()]).optional(),
  waiting: z
    .literal('true')
    .transform(() => true as const)
    .optional()
    .describe('Only leads that wait for a person, whoever waits longest first.'),
  q: words.trim().min(1).max(100).optional(),
});

export const leadPage = page(leadView);
export const leadParams = z.object({ leadId: z.coerce.number().pipe(serialId) });

export const assignLead = z.object({ to: z.email() });

/** A takeover names what may still come out of the phone: messages claimed before it, at most one a chat. */
export const takeoverResult = z.object({
  lead: leadDetail,
  leaving: z.array(messageView).describe('Bot messages that were already on their way when you took over.'),
});

export type LeadView = z.output<typeof leadView>;
export type LeadDetail = z.output<typeof leadDetail>;
export type LeadFieldView = z.output<typeof leadFieldView>;
export type LeadQuery = z.output<typeof leadQuery>;
export type TakeoverResult = z.output<typeof takeoverResult>;
