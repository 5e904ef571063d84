import type { BotFeatures } from '@wbm/domain';
import type { ScopedPrisma } from '../connection/connection.ts';
import type { Scope } from '../connection/scope.ts';
import { featuresRow } from '../rows/bot-row.ts';
import { recordAudit } from './audit.ts';

export type FeatureSettings = Omit<BotFeatures, 'botId' | 'updatedAt' | 'version'>;

export interface FeatureStore {
  get(botId: string): Promise<BotFeatures | null>;
  put(
    botId: string,
    features: FeatureSettings,
    expectedVersion: number,
    by: string,
  ): Promise<BotFeatures | 'stale' | 'not-found'>;
}

export function featureStore(scope: Scope): FeatureStore {
  return {
    get: (botId) => scope.within((prisma) => read(prisma, botId)),
    put: (botId, features, expectedVersion, by) =>
      scope.within(async (prisma) => {
        const {
          schedulingEnabled, autoResponseEnabled, leadCaptureEnabled, workingHoursEnabled, workingHoursStart, workingHoursEnd,
        } = features; // biome-ignore format: named one by one, so that nothing else a caller holds is written
        const { count } = await prisma.botFeatures.updateMany({
          where: { botId, version: expectedVersion, bot: { archivedAt: null } },
          data: {
            schedulingEnabled,
            autoResponseEnabled,
            leadCaptureEnabled,
            workingHoursEnabled,
            workingHoursStart,
            workingHoursEnd,
            updatedAt: new Date(),
            version: { increment: 1 },
          },
        });
        const now = await read(prisma, botId);
        if (now === null) return 'not-found';
        if (count === 0) return 'stale';
        const entry = { actor: by, action: 'bot.features-changed', subject: `bot:${botId}` };
        await recordAudit(prisma, scope.workspaceId, { ...entry, details: { ...pickFlags(now) } });
        return now;
      }),
  };
}

function pickFlags(features: BotFeatures) {
  const { schedulingEnabled, autoResponseEnabled, leadCaptureEnabled, workingHoursEnabled } = features;
  return { schedulingEnabled, autoResponseEnabled, leadCaptureEnabled, workingHoursEnabled };
}

async function read(prisma: ScopedPrisma, botId: string): Promise<BotFeatures | null> {
  const rows = await prisma.$queryRaw<{ features: unknown }[]>`
    select app.features_json(f) as features from bot_features f where f.bot_id = ${botId}`;
  return rows[0] ? featuresRow.parse(rows[0].features) : null;
}
