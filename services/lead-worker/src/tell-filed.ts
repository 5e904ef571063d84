import { browserEvents } from '@wbm/contracts';
import type { FiledOutcome } from '@wbm/db';
import type { Filing, Lead } from '@wbm/domain';
import type { Bells } from './ports.ts';

export interface Filed {
  readonly workspaceId: string;
  readonly botId: string;
  /** As it was before; null when these messages made it. */
  readonly lead: Lead | null;
  readonly filing: Filing;
  readonly outcome: Extract<FiledOutcome, { outcome: 'filed' }>;
  readonly becameQualified?: boolean;
}

/**
 * Tells the browsers what filing changed. History tells of its lead only: nobody is to be called for messages that are
 * older than the bot. A message that changed is told again, and calls nobody.
 */
export async function tellFiled(bells: Pick<Bells, 'tell'>, filed: Filed): Promise<void> {
  const { workspaceId, filing, outcome } = filed;
  const { leadId } = outcome;
  const events = browserEvents;
  const told = [bells.tell(events.LEAD_UPDATED, { workspaceId, leadId })];

  const live = filing.messages.flatMap((filed) => {
    const messageId = outcome.messageIds[filed.inboundId];
    return messageId === undefined || filed.history || !('sender' in filed)
      ? []
      : [{ messageId, sender: filed.sender }];
  });
  // What the customer wrote before somebody answered from the phone has its answer.
  const answered = live.findLastIndex(({ sender }) => sender === 'phone');
  for (const [index, { messageId, sender }] of live.entries()) {
    told.push(bells.tell(events.LEAD_MESSAGE, { workspaceId, leadId, messageId }));
    if (outcome.owner === 'human' && sender === 'customer' && index > answered) {
      told.push(bells.tell(events.NEW_MESSAGE_FOR_SALES, { workspaceId, leadId, messageId }));
    }
  }
  const toldAlready = new Set(live.map(({ messageId }) => messageId));
  const shown = filing.messages.flatMap(({ kind, inboundId }) =>
    kind === 'message' ? [] : [outcome.changedIds[inboundId] ?? outcome.messageIds[inboundId]],
  );
  for (const messageId of new Set(shown)) {
    if (messageId === undefined || toldAlready.has(messageId)) continue;
    told.push(bells.tell(events.LEAD_MESSAGE, { workspaceId, leadId, messageId }));
  }
  for (const messageId of outcome.cancelled) {
    told.push(bells.tell(events.MESSAGE_STATUS, { workspaceId, leadId, messageId }));
  }
  if (outcome.takenOver) told.push(bells.tell(events.LEAD_ASSIGNED, { workspaceId, leadId }));
  const byCustomer = filing.messages.filter((filed) => !('sender' in filed && filed.sender === 'phone'));
  const onlyPast = byCustomer.every(({ history }) => history);
  if (filed.becameQualified && !onlyPast) told.push(bells.tell(events.NEW_QUALIFIED_LEAD, { workspaceId, leadId }));
  await Promise.all(told);
}
