import { z } from 'zod';
import { queueCommand, serialId, workspaceId } from '../define.ts';

/** A schedule's moment has come. The row: `schedules.scheduled_at` past, `executed` false, `status = 'pending'`. */
export const scheduleRun = queueCommand({
  id: 'schedule.run',
  owner: 'scheduler',
  payload: z.object({ workspaceId, scheduleId: serialId }),
  dedupe: (p) => `schedule.${p.scheduleId}`,
  coalesce: 'postpone',
  retry: { attempts: 8, backoffMs: 1_000 },
  deadlineMs: 30_000,
  fixtures: [{ workspaceId: '7b0f6d3e-5a53-4d52-9f0e-0f7f6b1a2c3d', scheduleId: 1 }],
});
