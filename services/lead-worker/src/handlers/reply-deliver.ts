import { browserEvents, messageSend, type PayloadOf, type replyDeliver } from '@wbm/contracts';
import type { GatheredDelivery, TurnStore } from '@wbm/db';
import { decideDelivery } from '@wbm/domain';
import { Transient, withCorrelation } from '@wbm/runtime';
import type { Ports } from '../ports.ts';

/** How often somebody else may change the lead under our hands before the bell is put off. */
const STALE_TRIES = 10;

/** Files an answer: its facts always, its replies only while the chat's owner is the one it was made for. Once. */
export function deliverReply(ports: Ports) {
  return async (payload: PayloadOf<typeof replyDeliver>, { signal }: { signal: AbortSignal }): Promise<void> => {
    const { turns } = ports.workspaces.workspace(payload.workspaceId);
    for (let tries = 0; tries < STALE_TRIES; tries += 1) {
      signal.throwIfAborted();
      const gathered = await turns.gatherDelivery(payload.turnId);
      if (gathered === null) return;
      const settled = await withCorrelation(gathered.turn.correlationId, () => deliver(ports, turns, gathered));
      if (settled) return;
    }
    throw new Transient('lead.busy', 'the lead changed again and again while an answer was filed', {
      context: { turnId: payload.turnId },
    });
  };
}

/** False when the lead changed since it was gathered. */
async function deliver(ports: Ports, turns: TurnStore, gathered: GatheredDelivery): Promise<boolean> {
  const { bells, clock, log, metrics } = ports;
  const { turn, bot, lead } = gathered;
  const { workspaceId, id: turnId } = turn;

  const decision = decideDelivery(gathered);
  if ('refuse' in decision) {
    const refused = await turns.refuse(turnId, decision.refuse);
    if (refused) metrics.refused('turn', 1);
    log.error({ turnId, leadId: lead.id, botId: bot.id, refused }, 'turn.refused');
    // Nobody else answers the customer, so a person is called.
    await bells.tell(browserEvents.LEAD_UPDATED, { workspaceId, leadId: lead.id });
    return true;
  }

  const outcome = await turns.deliver(turnId, decision);
  if (outcome.outcome === 'stale') return false;
  if (outcome.outcome === 'already') {
    // An earlier try may have died between its commit and its bells.
    await bells.ring(messageSend, { workspaceId, botId: bot.id });
    return true;
  }

  const { leadId, qualified, ownerChanged, messageIds } = outcome;
  const line = { turnId, leadId, botId: bot.id, kind: turn.kind, replies: messageIds.length, ownerChanged, qualified };
  log.info(line, 'turn.delivered');
  if (decision.dropped > 0) metrics.dropped(bot.id, decision.dropped);
  if (qualified && lead.qualifiedAt === null) metrics.qualified(bot.id, lead, clock.now());
  await Promise.all([
    ...(messageIds.length > 0 ? [bells.ring(messageSend, { workspaceId, botId: bot.id })] : []),
    ...messageIds.map((messageId) => bells.tell(browserEvents.LEAD_MESSAGE, { workspaceId, leadId, messageId })),
    bells.tell(browserEvents.LEAD_UPDATED, { workspaceId, leadId }),
    ...(qualified && !gathered.history ? [bells.tell(browserEvents.NEW_QUALIFIED_LEAD, { workspaceId, leadId })] : []),
  ]);
  return true;
}
