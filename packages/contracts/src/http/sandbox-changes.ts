import { z } from 'zod';
import { botId } from '../define.ts';
import { sandboxPhone } from './sandbox.ts';
import { words } from './words.ts';

const who = {
  from: sandboxPhone.describe('The customer in whose chat the message is.'),
  fromBusiness: z.boolean().default(false).describe("Done on the business's own phone."),
};

export const sandboxMessageParams = z.object({
  botId,
  messageId: z
    .string()
    .regex(/^[\w.-]{1,128}$/)
    .describe('The WhatsApp message id, as the chat shows it.'),
});

export const sandboxEdit = z.object({ ...who, text: words.min(1).max(4_096) });
export const sandboxRevoke = z.object(who);
export const sandboxReact = z.object({ ...who, emoji: words.max(64).describe('Empty takes it back.') });
