import { type Media, type Message, mediaKinds, mediaStates, messageStatuses, messageTypes, senders } from '@wbm/domain';
import { z } from 'zod';
import { instant } from './instant.ts';

/** A file as `app.media_json` says it. */
export const mediaRow: z.ZodType<Media> = z.object({
  id: z.string(),
  kind: z.enum(mediaKinds),
  mimeType: z.string(),
  name: z.string().nullable(),
  size: z.int().nullable(),
  seconds: z.int().nullable(),
  state: z.enum(mediaStates),
});

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
  editedAt: instant.nullable(),
  revokedAt: instant.nullable(),
  reactions: z.object({ customer: z.string().nullable(), business: z.string().nullable() }),
  media: mediaRow.nullable(),
});
