import { botStates, botStatuses, capabilityNames, engines } from '@wbm/domain';
import { z } from 'zod';
import { botId, rowVersion } from '../define.ts';
import { instant, page } from './page.ts';
import { words } from './words.ts';

/** Which facts make a lead qualified, all of them: each entry is one fact or alternatives of which one is enough. */
export const qualificationRule = z
  .array(
    z
      .array(z.enum(['name', 'email', 'location', 'phone']))
      .min(1)
      .max(4),
  )
  .min(1)
  .max(4)
  .describe(
    'Every entry must be met; an entry is met by any of its facts. [["name"],["phone","email"]] is name and (phone or e-mail).',
  );

export const timeZone = z
  .string()
  .refine(isTimeZone, { error: 'is not a time zone of the IANA database, such as America/Sao_Paulo' });

/** An offset such as `+05:30` knows no summer time, and not everybody agrees which way it points. */
function isTimeZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

const capability = z.object({
  available: z.boolean(),
  reason: z.string().nullable().describe('Plain words for whoever wonders why not.'),
});

/** What vendors may see of a bot. */
export const vendorBotView = z.object({
  id: botId,
  name: z.string(),
  engine: z.enum(engines),
  status: z.enum(botStatuses).describe('What is wanted.'),
  state: z.enum(botStates).describe('What is.'),
  stateReason: z.string().nullable().describe('Plain words beside the state.'),
  stateAt: instant,
  ownNumber: z.string().nullable().describe('The number the session is linked to, E.164.'),
  timeZone: z.string(),
  version: z.int(),
  archivedAt: instant.nullable(),
  capabilities: z
    .partialRecord(z.enum(capabilityNames), capability)
    .describe('What the session can do, as checked when it last became ready. What fails is switched off.'),
});

/** What admins see of a bot. */
export const botView = vendorBotView.extend({
  prompt: z.string(),
  ownerEmail: z.string(),
  createdAt: instant,
  qr: z.string().nullable().describe('The string to draw as a QR code while the state is needs-scan.'),
  qrExpiresAt: instant.nullable(),
  pairingCode: z.string().nullable(),
  progress: z.int().min(0).max(100).nullable(),
  quietMs: z.int().describe('Milliseconds of silence before the bot answers.'),
  maxWaitMs: z.int().describe('Milliseconds after which it answers a customer who keeps writing.'),
  qualification: qualificationRule,
  answerAgeMs: z.int().describe('What was missed and is older than this many milliseconds is kept and not answered.'),
  historyCapture: z
    .boolean()
    .describe('Whether the model reads facts out of what was written before the bot listened.'),
  catchUp: z
    .object({ at: instant, chats: z.int(), messages: z.int() })
    .nullable()
    .describe('What the last reading of the past brought.'),
  linkedAt: instant.nullable().describe('Since when its number is known here; a young number may send less.'),
  sendPerMinute: z.int().nullable().describe('Set by a person; null: what the age of the number allows.'),
  sendPerDay: z.int().nullable(),
  selfTest: z
    .object({ at: instant, text: z.string().nullable(), picture: z.string().nullable() })
    .nullable()
    .describe(
      'The last test with the own number; `text` and `picture` are null when they went well, else plain words.',
    ),
});

const name = words.trim().min(1).max(80);
const prompt = words.trim().min(1).max(20_000);
const quietMs = z.int().min(0).max(60_000);
const maxWaitMs = z.int().min(1_000).max(300_000);
const answerAgeMs = z
  .int()
  .min(0)
  .max(7 * 86_400_000);
const sendPerMinute = z.int().min(1).max(60).nullable();
const sendPerDay = z.int().min(1).max(10_000).nullable();
const historyCapture = z.boolean();

export const createBot = z.object({
  id: botId.optional().describe('Made from the name when left out.'),
  name,
  prompt,
  engine: z.enum(engines).default('sandbox'),
  timeZone: timeZone.default('UTC'),
  quietMs: quietMs.default(4_000),
  maxWaitMs: maxWaitMs.default(20_000),
  qualification: qualificationRule.default([['name'], ['phone', 'email']]),
});

export const updateBot = z
  .object({
    name,
    prompt,
    timeZone,
    quietMs,
    maxWaitMs,
    qualification: qualificationRule,
    answerAgeMs,
    historyCapture,
    sendPerMinute,
    sendPerDay,
  })
  .partial()
  .extend({ version: rowVersion.describe('The version you edited; 409 when somebody was faster.') });

export const pairByCode = z.object({
  phone: z
    .string()
    .regex(/^\+\d{6,15}$/, { error: 'must be a number with its country code, such as +15550001111' })
    .describe('The number of the phone to link, E.164.'),
});

export const botPage = page(botView);
export const botParams = z.object({ botId });

export type BotView = z.output<typeof botView>;
export type VendorBotView = z.output<typeof vendorBotView>;
