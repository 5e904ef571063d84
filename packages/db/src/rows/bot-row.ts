import {
  type Bot,
  type BotFeatures,
  botStates,
  botStatuses,
  type Capabilities,
  type CatchUpSummary,
  capabilityNames,
  engines,
  leadFieldNames,
  type SelfTest,
} from '@wbm/domain';
import { z } from 'zod';
import { instant } from './instant.ts';

export const catchUpRow: z.ZodType<CatchUpSummary> = z.object({ at: z.string(), chats: z.int(), messages: z.int() });
export const capabilitiesRow: z.ZodType<Capabilities> = z.partialRecord(
  z.enum(capabilityNames),
  z.object({ available: z.boolean(), reason: z.string().nullable() }),
) as z.ZodType<Capabilities>;
export const selfTestRow: z.ZodType<SelfTest> = z.object({
  at: z.string(),
  text: z.string().nullable(),
  picture: z.string().nullable(),
});

/** A bot as `app.bot_json` says it: the codes that link its session are null unless the reader added them. */
export const botRow: z.ZodType<Bot> = z.object({
  id: z.string(),
  workspaceId: z.string(),
  name: z.string(),
  prompt: z.string(),
  promptVersion: z.int(),
  engine: z.enum(engines),
  status: z.enum(botStatuses),
  ownerEmail: z.string(),
  timeZone: z.string(),
  quietMs: z.int(),
  maxWaitMs: z.int(),
  qualification: z.array(z.array(z.enum(leadFieldNames))),
  version: z.int(),
  createdAt: instant,
  archivedAt: instant.nullable(),
  state: z.enum(botStates),
  stateReason: z.string().nullable(),
  stateAt: instant,
  ownNumber: z.string().nullable(),
  qr: z.string().nullable(),
  qrExpiresAt: instant.nullable(),
  pairingCode: z.string().nullable(),
  progress: z.int().nullable(),
  answerAgeMs: z.int(),
  historyCapture: z.boolean(),
  catchUp: catchUpRow.nullable(),
  linkedAt: instant.nullable(),
  sendPerMinute: z.int().nullable(),
  sendPerDay: z.int().nullable(),
  capabilities: capabilitiesRow,
  selfTest: selfTestRow.nullable(),
});

/** A bot's features as `app.features_json` says them. */
export const featuresRow: z.ZodType<BotFeatures> = z.object({
  botId: z.string(),
  schedulingEnabled: z.boolean(),
  autoResponseEnabled: z.boolean(),
  leadCaptureEnabled: z.boolean(),
  workingHoursEnabled: z.boolean(),
  workingHoursStart: z.string(),
  workingHoursEnd: z.string(),
  updatedAt: instant,
  version: z.int(),
});
