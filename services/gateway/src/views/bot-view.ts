import type { BotView, FeaturesView, VendorBotView } from '@wbm/contracts';
import type { Bot, BotFeatures, Role } from '@wbm/domain';

/** A bot as a vendor may see it: no QR code, pairing code or prompt. Named field by field, so that nothing slips through. */
export function vendorBotViewOf(bot: Bot): VendorBotView {
  return {
    id: bot.id,
    name: bot.name,
    engine: bot.engine,
    status: bot.status,
    state: bot.state,
    stateReason: bot.stateReason,
    stateAt: bot.stateAt.toISOString(),
    ownNumber: bot.ownNumber,
    timeZone: bot.timeZone,
    version: bot.version,
    archivedAt: bot.archivedAt?.toISOString() ?? null,
    capabilities: bot.capabilities,
  };
}

export function botViewOf(bot: Bot): BotView {
  return {
    ...vendorBotViewOf(bot),
    prompt: bot.prompt,
    ownerEmail: bot.ownerEmail,
    createdAt: bot.createdAt.toISOString(),
    qr: bot.qr,
    qrExpiresAt: bot.qrExpiresAt?.toISOString() ?? null,
    pairingCode: bot.pairingCode,
    progress: bot.progress,
    quietMs: bot.quietMs,
    maxWaitMs: bot.maxWaitMs,
    qualification: bot.qualification.map((alternatives) => [...alternatives]),
    answerAgeMs: bot.answerAgeMs,
    historyCapture: bot.historyCapture,
    catchUp: bot.catchUp,
    linkedAt: bot.linkedAt?.toISOString() ?? null,
    sendPerMinute: bot.sendPerMinute,
    sendPerDay: bot.sendPerDay,
    selfTest: bot.selfTest,
  };
}

export function botViewFor(role: Role, bot: Bot): BotView | VendorBotView {
  return role === 'admin' ? botViewOf(bot) : vendorBotViewOf(bot);
}

export function featuresViewOf(features: BotFeatures): FeaturesView {
  return { ...features, updatedAt: features.updatedAt.toISOString() };
}
