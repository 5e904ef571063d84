import { z } from 'zod';
import type { Connection } from '../connection/connection.ts';

export const sweptCommands = [
  'message.receive',
  'reply.generate',
  'reply.deliver',
  'message.send',
  'schedule.run',
  'sandbox.wake',
] as const;

/** A bell that should have rung: which, and the ids it carries. `ref` is a lead, turn or schedule. */
export type DueBell = {
  readonly command: (typeof sweptCommands)[number];
  readonly workspaceId: string;
  readonly botId: string | null;
  readonly chatId: string | null;
  readonly ref: number | null;
};

/** The scheduler's way across workspaces: ids only. */
export interface SweepStore {
  /** What the rows say has been due for `graceMs`, at most `limit` of each kind. Empty while another replica sweeps. */
  due(graceMs: number, limit: number): Promise<DueBell[]>;
}

const bell = z
  .object({
    command: z.enum(sweptCommands),
    workspace_id: z.string(),
    bot_id: z.string().nullable(),
    chat_id: z.string().nullable(),
    ref: z.int().nullable(),
  })
  .transform(
    (row): DueBell => ({
      command: row.command,
      workspaceId: row.workspace_id,
      botId: row.bot_id,
      chatId: row.chat_id,
      ref: row.ref,
    }),
  );

export function sweepStore(connection: Connection): SweepStore {
  return { due: (graceMs, limit) => connection.rows('sweep', { graceMs, limit }, bell) };
}
