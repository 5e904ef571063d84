import { z } from 'zod';
import { queueCommand, serialId, workspaceId } from '../define.ts';

/** A model's answer waits to be filed. The row: `ai_turns` with `status = 'answered'` and `delivered_at` null. */
export const replyDeliver = queueCommand({
  id: 'reply.deliver',
  owner: 'lead-worker',
  payload: z.object({ workspaceId, turnId: serialId }),
  dedupe: (p) => `turn.${p.turnId}`,
  coalesce: 'keep',
  retry: { attempts: 8, backoffMs: 250 },
  deadlineMs: 30_000,
  fixtures: [{ workspaceId: '7b0f6d3e-5a53-4d52-9f0e-0f7f6b1a2c3d', turnId: 1 }],
});
