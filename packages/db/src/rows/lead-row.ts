import {
  chatOwners,
  type FieldSource,
  fieldSources,
  type Lead,
  type LeadField,
  type LeadFieldName,
  leadFieldNames,
  leadStatuses,
  waitingReasons,
  writeFirstReasons,
} from '@wbm/domain';
import { z } from 'zod';
import { instant } from './instant.ts';

/** A lead as `app.lead_json` says it. */
export const leadRow: z.ZodType<Lead> = z.object({
  id: z.int(),
  workspaceId: z.string(),
  botId: z.string(),
  botName: z.string(),
  contactId: z.string(),
  whatsappNumber: z.string().nullable(),
  pushName: z.string().nullable(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  location: z.string().nullable(),
  phone: z.string().nullable(),
  status: z.enum(leadStatuses),
  owner: z.enum(chatOwners),
  ownerVersion: z.int(),
  assignedTo: z.string().nullable(),
  capturedAt: instant,
  qualifiedAt: instant.nullable(),
  lastMessageAt: instant,
  lastMessage: z.string().nullable(),
  waitingSince: instant.nullable(),
  waitingReason: z.enum(waitingReasons).nullable(),
  writeFirst: z.enum(writeFirstReasons).nullable(),
  version: z.int(),
});

/** Who found each value the lead has now. */
export type Sources = Readonly<Partial<Record<LeadFieldName, FieldSource>>>;
export const sourcesRow: z.ZodType<Sources> = z.partialRecord(z.enum(leadFieldNames), z.enum(fieldSources));

export const leadFieldRow: z.ZodType<LeadField> = z.object({
  name: z.enum(leadFieldNames),
  value: z.string(),
  source: z.enum(fieldSources),
  messageId: z.int().nullable(),
  quote: z.string().nullable(),
  confidence: z.number().nullable(),
  at: instant,
});
