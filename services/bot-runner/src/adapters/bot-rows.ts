import type { Database, HeldBot } from '@wbm/db';
import { LONGEST_REPLY_WAIT_MS } from '@wbm/domain';
import type { BotRows, NetworkRows } from '../ports.ts';

/** The stores of `packages/db`, narrowed to one bot in one run. */
export function botRows(database: Database, { workspaceId, botId, runEpoch }: HeldBot): BotRows {
  const { bots, inbound, messages, sandbox } = database.workspace(workspaceId);
  const network: NetworkRows = {
    device: () => sandbox.device(botId),
    setRef: (ref) => sandbox.setRef(botId, ref),
    unlink: () => sandbox.unlink(botId),
    deliver: (message) => sandbox.deliver(botId, message),
    find: (waMessageId) => sandbox.find(botId, waMessageId),
    setTyping: (jid, forMs) => sandbox.setTyping(botId, jid, forMs),
    unrelayed: (limit) => sandbox.unrelayed(botId, limit),
    markRelayed: (waMessageIds) => sandbox.markRelayed(botId, waMessageIds),
    unreportedAcks: () => sandbox.unreportedAcks(botId),
    markAcksReported: (acks) => sandbox.markAcksReported(botId, acks),
  };
  return {
    engine: async () => (await bots.get(botId))?.engine ?? null,
    timeZone: async () => (await bots.get(botId))?.timeZone ?? null,
    setState: (patch) => bots.setState(botId, runEpoch, patch),
    receive: (rows) => inbound.receive(botId, runEpoch, rows),
    nextSends: () => messages.nextSends(botId),
    claim: (messageId, waMessageId) => messages.claim(messageId, runEpoch, waMessageId, LONGEST_REPLY_WAIT_MS),
    mark: (messageId, outcome, how) => messages.mark(messageId, runEpoch, outcome, how),
    recordAcks: (acks) => messages.recordAcks(botId, acks),
    stranded: (olderMs) => messages.stranded(botId, runEpoch, olderMs),
    asked: () => bots.asked(botId),
    caughtUpTo: () => bots.caughtUpTo(botId),
    setCaughtUpTo: (at) => bots.setCaughtUpTo(botId, runEpoch, at),
    clearAsked: (asked) => bots.clearAsked(botId, asked),
    network,
  };
}
