import { messageStatuses, messageTypes, senders } from '@wbm/domain';
import { z } from 'zod';
import { serialId } from '../define.ts';
import { instant, page, pageQuery } from './page.ts';

/** WhatsApp's own limit for a text. */
export const maxTextLength = 65_536;

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
});

export const messagePage = page(messageView);
export const messageQuery = pageQuery.describe('Newest first.');

/** `clientId` makes a repeated post one message: a client that heard nothing may send it again. */
export const postMessage = z.object({
  text: z.string().min(1).max(4_096),
  clientId: z.string().min(1).max(64).optional(),
});

export type MessageView = z.output<typeof messageView>;
