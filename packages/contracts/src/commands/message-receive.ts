import { z } from 'zod';
import { botId, queueCommand, workspaceId } from '../define.ts';

/**
 * Raw WhatsApp rows of one chat wait to be filed under a lead.
 * The row: `inbound_messages` of this bot and chat with `filed_at` null. `chatId` is the chat's row id, not a phone number.
 */
export const messageReceive = queueCommand({
  id: 'message.receive',
  owner: 'lead-worker',
  payload: z.object({ workspaceId, botId, chatId: z.uuid() }),
  dedupe: (p) => `${p.botId}.${p.chatId}`,
  coalesce: 'keep',
  retry: { attempts: 8, backoffMs: 250 },
  deadlineMs: 30_000,
  fixtures: [
    {
      workspaceId: '7b0f6d3e-5a53-4d52-9f0e-0f7f6b1a2c3d',
      botId: 'demo',
      chatId: '0d9c5f5e-7a55-4c1e-9a54-6c4c2d1b0a99',
    },
  ],
});
