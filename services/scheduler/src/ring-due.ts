import { messageReceive, messageSend, replyDeliver, replyGenerate, sandboxWake, scheduleRun } from '@wbm/contracts';
import type { Bells, DueBell } from './ports.ts';

type Ring = (due: DueBell, bells: Bells) => Promise<boolean>;

/** One entry for each thing that can be due; the keys are the contracts' ids. */
const rings: Readonly<Record<DueBell['command'], Ring>> = {
  [messageReceive.id]: ({ workspaceId, botId, chatId }, bells) =>
    bells.send(messageReceive, { workspaceId, botId: named(botId), chatId: named(chatId) }),
  [replyGenerate.id]: ({ workspaceId, ref }, bells) => bells.send(replyGenerate, { workspaceId, leadId: named(ref) }),
  [replyDeliver.id]: ({ workspaceId, ref }, bells) => bells.send(replyDeliver, { workspaceId, turnId: named(ref) }),
  [scheduleRun.id]: ({ workspaceId, ref }, bells) => bells.send(scheduleRun, { workspaceId, scheduleId: named(ref) }),
  [messageSend.id]: ({ workspaceId, botId }, bells) => bells.ring(messageSend, { workspaceId, botId: named(botId) }),
  [sandboxWake.id]: ({ workspaceId, botId }, bells) => bells.ring(sandboxWake, { workspaceId, botId: named(botId) }),
};

/** Rings for one row. False: Redis did not hear it, and the next sweep will ring again. */
export function ringDue(due: DueBell, bells: Bells): Promise<boolean> {
  return rings[due.command](due, bells);
}

function named<T>(id: T | null): T {
  if (id === null) throw new Error('the sweep left out an id that its command carries');
  return id;
}
