import { botParams, browserEvents, featuresView, putFeatures } from '@wbm/contracts';
import type { App } from '../app.ts';
import type { Bells } from '../ports.ts';
import { featuresViewOf } from '../views/bot-view.ts';
import { refusals } from './problems.ts';
import { viewerOf } from './viewer.ts';

const admins = { audience: 'admins' } as const;
const tags = ['features'];

export async function featureRoutes(app: App, { bells }: { readonly bells: Bells }): Promise<void> {
  app.get(
    '/api/bots/:botId/features',
    {
      config: admins,
      schema: { tags, summary: 'What the bot does by itself', params: botParams, response: { 200: featuresView } },
    },
    async (request) => {
      const features = await viewerOf(request).workspace.features.get(request.params.botId);
      if (features === null) throw refusals.unknownBot();
      return featuresViewOf(features);
    },
  );

  app.put(
    '/api/bots/:botId/features',
    {
      config: admins,
      schema: {
        tags,
        summary: 'Set what the bot does by itself',
        params: botParams,
        body: putFeatures,
        response: { 200: featuresView },
      },
    },
    async (request) => {
      const { workspace, workspaceId, email } = viewerOf(request);
      const { botId } = request.params;
      const { version, ...settings } = request.body;
      const bot = await workspace.bots.get(botId);
      if (bot === null) throw refusals.unknownBot();
      if (bot.archivedAt !== null) throw refusals.archivedBot();
      const features = await workspace.features.put(botId, settings, version, email);
      if (features === 'not-found') throw refusals.unknownBot();
      if (features === 'stale') throw refusals.stale();
      await bells.tell(browserEvents.BOT_FEATURES_UPDATED, { workspaceId, botId });
      return featuresViewOf(features);
    },
  );
}
