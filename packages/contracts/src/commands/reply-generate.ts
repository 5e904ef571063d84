import { z } from 'zod';
import { queueCommand, serialId, workspaceId } from '../define.ts';

/** A lead's turn is due. The row: `leads.reply_due_at` past and no live turn (`turn_until` past or null). */
export const replyGenerate = queueCommand({
  id: 'reply.generate',
  owner: 'ai-worker',
  payload: z.object({ workspaceId, leadId: serialId }),
  dedupe: (p) => `lead.${p.leadId}`,
  coalesce: 'postpone',
  retry: { attempts: 5, backoffMs: 1_000 },
  deadlineMs: 120_000,
  fixtures: [{ workspaceId: '7b0f6d3e-5a53-4d52-9f0e-0f7f6b1a2c3d', leadId: 1 }],
});
