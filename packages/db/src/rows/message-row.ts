import { type Message, messageStatuses, messageTypes, senders } from '@wbm/domain';
import { z } from 'zod';
import { instant } from './instant.ts';

/** A message as `app.message_json` says it. */
export const messageRow: z.ZodType<Message> = z.object({
  id: z.int(),
  leadId: z.int(),
  botId: z.string(),
  seq: z.int(),
  sender: z.enum(senders),
  author: z.string().nullable(),
  type: z.enum(messageTypes),
  text: z.string(),
  status: z.enum(messageStatuses),
  statusReason: z.string().nullable(),
  clientId: z.string().nullable(),
  at: instant,
});
