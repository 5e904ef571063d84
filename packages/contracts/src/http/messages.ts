import { mediaKinds, mediaStates, messageStatuses, messageTypes, senders } from '@wbm/domain';
import { z } from 'zod';
import { serialId } from '../define.ts';
import { instant, page, pageQuery } from './page.ts';
import { words } from './words.ts';

/** A file of a conversation; its bytes are at `/api/media/{id}` once it is stored. */
export const mediaView = z.object({
  id: z.uuid(),
  kind: z.enum(mediaKinds),
  mimeType: z.string(),
  name: z.string().nullable(),
  size: z.int().nullable().describe('Bytes; what the sender says of it until it is stored.'),
  seconds: z.int().nullable(),
  state: z
    .enum(mediaStates)
    .describe('`pending` is still being fetched from WhatsApp; only what is `stored` can be had.'),
});
export const mediaParams = z.object({ mediaId: z.uuid() });

/** The emoji each side put on a message. */
export const reactionsView = z.object({ customer: z.string().nullable(), business: z.string().nullable() });

export const messageView = z.object({
  id: serialId,
  leadId: serialId,
  seq: z.int().describe('Order within the chat.'),
  sender: z.enum(senders),
  author: z.string().nullable().describe('The e-mail of the vendor who wrote it.'),
  type: z.enum(messageTypes),
  text: z.string(),
  status: z.enum(messageStatuses),
  statusReason: z.string().nullable().describe('Plain words for failed, cancelled and unconfirmed.'),
  clientId: z.string().nullable(),
  at: instant,
  editedAt: instant.nullable(),
  revokedAt: instant.nullable().describe('Taken back by whoever wrote it; its text is gone.'),
  reactions: reactionsView,
  media: mediaView.nullable(),
});

export const messagePage = page(messageView);
export const messageQuery = pageQuery.describe('Newest first.');

/** `clientId` makes a repeated post one message: a client that heard nothing may send it again. */
export const postMessage = z
  .object({
    text: words.max(4_096).default(''),
    mediaId: z.uuid().optional().describe('A file from `POST /api/uploads`; the text is then its caption.'),
    clientId: words.min(1).max(64).optional(),
  })
  .refine(({ text, mediaId }) => text.length > 0 || mediaId !== undefined, {
    error: 'write a text or name a file',
    path: ['text'],
  });

export type MediaView = z.output<typeof mediaView>;
export type MessageView = z.output<typeof messageView>;
