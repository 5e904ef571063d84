import type { z } from 'zod';
import type { ServiceName } from '../define.ts';
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

export type QueueCommands = typeof queueCommands;
export type QueueCommandId = keyof QueueCommands;
export type Bells = typeof bells;
export type BellId = keyof Bells;

type OwnedIn<Table, Owner extends ServiceName> = {
  [K in keyof Table as Table[K] extends { owner: Owner } ? K : never]: Table[K];
};
/** The queue commands that a service must handle, all of them. */
export type CommandsOf<Owner extends ServiceName> = OwnedIn<QueueCommands, Owner>;
/** The bells that a service must listen to, all of them. */
export type BellsOf<Owner extends ServiceName> = OwnedIn<Bells, Owner>;
export type PayloadOf<C extends { payload: z.ZodType }> = z.output<C['payload']>;
