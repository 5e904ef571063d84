import type { z } from 'zod';
import { botWake, messageSend, sandboxWake } from './bells.ts';
import { messageReceive } from './message-receive.ts';
import { replyDeliver } from './reply-deliver.ts';
import { replyGenerate } from './reply-generate.ts';
import { scheduleRun } from './schedule-run.ts';

export { botWake, messageReceive, messageSend, replyDeliver, replyGenerate, sandboxWake, scheduleRun };

/** Every queue command, by id. */
export const queueCommands = {
  [messageReceive.id]: messageReceive,
  [replyGenerate.id]: replyGenerate,
  [replyDeliver.id]: replyDeliver,
  [scheduleRun.id]: scheduleRun,
} as const;

/** Every pub/sub bell, by id. */
export const bells = {
  [messageSend.id]: messageSend,
  [botWake.id]: botWake,
  [sandboxWake.id]: sandboxWake,
} as const;

export type PayloadOf<C extends { payload: z.ZodType }> = z.output<C['payload']>;
