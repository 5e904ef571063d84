import { type messageReceive, type PayloadOf, replyGenerate } from '@wbm/contracts';
import { decideFiling } from '@wbm/domain';
import { Transient, withCorrelation } from '@wbm/runtime';
import type { Ports } from '../ports.ts';
import { tellFiled } from '../tell-filed.ts';

/** Raw rows filed in one transaction; a chat with more takes several rounds. */
const ROWS_AT_ONCE = 100;
/** How often somebody else may change the lead under our hands before the bell is put off. */
const STALE_TRIES = 10;

type Payload = PayloadOf<typeof messageReceive>;

/** Files a chat's raw rows under its lead, in order, until none is left. */
export function receiveMessages(ports: Ports) {
  const { workspaces, clock, log, metrics } = ports;

  const refuse = async ({ workspaceId, botId, chatId }: Payload, inboundId: string, reason: string) => {
    await workspaces.workspace(workspaceId).inbound.refuse(inboundId, reason);
    log.warn({ inboundId, botId, chatId, reason }, 'message.refused');
    metrics.refused('message', 1);
  };

  return async (payload: Payload, { signal }: { signal: AbortSignal }): Promise<void> => {
    const { workspaceId, botId, chatId } = payload;
    const { inbound } = workspaces.workspace(workspaceId);
    let atOnce = ROWS_AT_ONCE;
    for (let stale = 0; stale < STALE_TRIES; ) {
      signal.throwIfAborted();
      const chat = await inbound.gather(botId, chatId, atOnce);
      if (chat === null || chat.rows.length === 0) return;

      const { refusals, filing } = decideFiling({ ...chat, now: clock.now() });
      for (const { inboundId, reason } of refusals) await refuse(payload, inboundId, reason);
      if (filing === null) continue;

      const outcome = await inbound.file(botId, chatId, filing);
      if (outcome.outcome === 'unfit') {
        // One row must not hold up its chat for ever: by itself it is found, and refused.
        const [only] = filing.messages;
        if (filing.messages.length === 1 && only) await refuse(payload, only.inboundId, `database: ${outcome.code}`);
        atOnce = filing.messages.length === 1 ? ROWS_AT_ONCE : 1;
        continue;
      }
      if (outcome.outcome === 'stale') stale += 1;
      if (outcome.outcome !== 'filed') continue;
      const story = filing.messages.at(-1)?.correlationId ?? 'unknown';
      await withCorrelation(story, () => afterFiling(ports, { ...payload, lead: chat.lead, filing, outcome }));
    }
    throw new Transient('lead.busy', 'the lead changed again and again while its messages were filed', {
      context: { botId, chatId },
    });
  };
}

type Filed = Parameters<typeof tellFiled>[1];

/** Everything here may be lost: the rows are committed, and the sweep rings again. */
async function afterFiling({ bells, clock, log, metrics }: Ports, filed: Filed): Promise<void> {
  const { workspaceId, botId, lead, filing, outcome } = filed;
  const { leadId, created, takenOver } = outcome;
  const count = Object.keys(outcome.messageIds).length;
  const changed = Object.keys(outcome.changedIds).length;
  log.info({ leadId, botId, count, changed, created, takenOver, due: filing.due }, 'messages.filed');

  for (const sender of ['customer', 'phone'] as const) {
    const by = filing.messages.filter(
      (filed) => filed.kind === 'message' && filed.sender === sender && filed.inboundId in outcome.messageIds,
    );
    if (by.length > 0) metrics.filed(botId, sender, by.length);
  }
  for (const change of ['edit', 'revoke', 'reaction'] as const) {
    const such = filing.messages.filter(({ kind, inboundId }) => kind === change && inboundId in outcome.changedIds);
    if (such.length > 0) metrics.changed(botId, change, such.length);
  }
  if (created) metrics.captured(botId);
  if (becameQualified(filed)) metrics.qualified(botId, lead, clock.now());

  // Also when nothing new is due: a change may have sent a running turn back to read again.
  if ((filing.due !== null || changed > 0) && outcome.replyInMs !== null) {
    await bells.send(replyGenerate, { workspaceId, leadId }, { delayMs: outcome.replyInMs });
  }
  await tellFiled(bells, { ...filed, becameQualified: becameQualified(filed) });
}

/** For the first time: a lead that was won or lost and writes again is not news. */
function becameQualified({ lead, filing }: Pick<Filed, 'lead' | 'filing'>): boolean {
  return filing.facts.status === 'qualified' && (lead?.qualifiedAt ?? null) === null;
}
