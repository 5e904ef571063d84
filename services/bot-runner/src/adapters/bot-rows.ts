import type { Database, HeldBot } from '@wbm/db';
import { LONGEST_REPLY_WAIT_MS, SELF_TEST_EVERY_MS } from '@wbm/domain';
import { OwnBudget } from '../outbound/own-budget.ts';
import type { BotRows, NetworkRows } from '../ports.ts';
import { keptForLater } from './kept-for-later.ts';

/** The stores of `packages/db`, narrowed to one bot in one run. */
export function botRows(database: Database, { workspaceId, botId, runEpoch }: HeldBot): BotRows {
  const { bots, inbound, media, messages, sandbox } = database.workspace(workspaceId);
  const budget = new OwnBudget({
    now: () => new Date(),
    async read() {
      const bot = await bots.get(botId);
      return bot && { ...bot, perMinute: bot.sendPerMinute, perDay: bot.sendPerDay };
    },
  });
  const network: NetworkRows = {
    device: () => sandbox.device(botId),
    setRef: (ref) => sandbox.setRef(botId, ref),
    unlink: () => sandbox.unlink(botId),
    deliver: (message) => sandbox.deliver(botId, message),
    find: (waMessageId) => sandbox.find(botId, waMessageId),
    mediaOf: (waMessageId) => sandbox.mediaOf(botId, waMessageId),
    setTyping: (jid, forMs) => sandbox.setTyping(botId, jid, forMs),
    unrelayed: (limit) => sandbox.unrelayed(botId, limit),
    markRelayed: (waMessageIds) => sandbox.markRelayed(botId, waMessageIds),
    unrelayedChanges: (limit) => sandbox.unrelayedChanges(botId, limit),
    markChangesRelayed: (changeIds) => sandbox.markChangesRelayed(botId, changeIds),
    unreportedAcks: () => sandbox.unreportedAcks(botId),
    markAcksReported: (acks) => sandbox.markAcksReported(botId, acks),
  };
  return {
    engine: async () => (await bots.get(botId))?.engine ?? null,
    timeZone: async () => (await bots.get(botId))?.timeZone ?? null,
    setState: (patch) => keptForLater(bots.setState(botId, runEpoch, patch)),
    receive: (rows) => keptForLater(inbound.receive(botId, runEpoch, rows)),
    nextSends: async (may) => messages.nextSends(botId, await budget.current(), may),
    claim: async (messageId, waMessageId) =>
      messages.claim(messageId, runEpoch, waMessageId, LONGEST_REPLY_WAIT_MS, await budget.current()),
    mark: (messageId, outcome, how) => messages.mark(messageId, runEpoch, outcome, how),
    putOff: (messageId, retryMs) => messages.putOff(messageId, retryMs),
    refuse: (messageId, refusal) => messages.refuse(messageId, runEpoch, refusal),
    budgetChanged: () => budget.forget(),
    recordAcks: (acks) => keptForLater(messages.recordAcks(botId, acks)),
    stranded: (olderMs) => messages.stranded(botId, runEpoch, olderMs),
    asked: () => bots.asked(botId),
    readingFrom: (ownNumber) => bots.readingFrom(botId, ownNumber),
    setCaughtUpTo: (at, summary) => bots.setCaughtUpTo(botId, runEpoch, at, summary),
    waitsToBeFiled: () => inbound.waits(botId),
    clearAsked: (asked) => bots.clearAsked(botId, asked),
    setCapabilities: (capabilities) => bots.setCapabilities(botId, runEpoch, capabilities),
    beginSelfTest: () => bots.beginSelfTest(botId, runEpoch, SELF_TEST_EVERY_MS),
    setSelfTest: (faults) => bots.setSelfTest(botId, runEpoch, faults),
    media: {
      due: (limit) => media.due(botId, limit),
      begin: (mediaId, retryMs) => media.beginFetch(botId, runEpoch, mediaId, retryMs),
      fetched: (mediaId, what) => media.fetched(botId, runEpoch, mediaId, what),
    },
    network,
  };
}
