import { messageTypes } from '@wbm/domain';
import { z } from 'zod';
import { botId } from '../define.ts';
import { mediaView, reactionsView } from './messages.ts';
import { instant } from './page.ts';
import { words } from './words.ts';

/** A simulated customer's number: digits with an optional leading plus, 6 to 15 of them. */
export const sandboxPhone = z
  .string()
  .regex(/^\+?\d{6,15}$/, 'must be a phone number in international form, such as +5511987654321');

export const sandboxPost = z
  .object({
    from: sandboxPhone,
    text: words.max(4_096).default(''),
    media: z.uuid().optional().describe('A file from `POST /api/uploads`; the text is then its caption.'),
    name: words.min(1).max(80).optional().describe("The customer's WhatsApp profile name."),
    id: z
      .string()
      .regex(/^[\w.-]{1,64}$/)
      .optional()
      .describe('The WhatsApp message id; the same id again is the same message again.'),
    lid: z
      .string()
      .regex(/^\d{6,20}$/)
      .optional()
      .describe('Hides the number: the bot sees only this LID.'),
    fromBusiness: z.boolean().default(false).describe("Typed on the business's own phone."),
  })
  .refine(({ text, media }) => text.length > 0 || media !== undefined, {
    error: 'write a text or name a file',
    path: ['text'],
  });

export const sandboxPosted = z.object({ id: z.string(), duplicate: z.boolean() });

export const sandboxMessage = z.object({
  id: z.string(),
  fromMe: z.boolean().describe('The customer wrote it.'),
  type: z.enum(messageTypes),
  text: z.string(),
  media: mediaView.nullable(),
  at: instant,
  ack: z.int().min(-1).max(3).describe('WhatsApp ack: 0 pending, 1 server, 2 device, 3 read.'),
  editedAt: instant.nullable(),
  revokedAt: instant.nullable().describe('Taken back by whoever wrote it; its text is gone.'),
  reactions: reactionsView,
});

export const sandboxChat = z.object({ items: z.array(sandboxMessage), typing: z.boolean() });
export const sandboxChatParams = z.object({ botId, phone: sandboxPhone });

export type SandboxMessage = z.output<typeof sandboxMessage>;
