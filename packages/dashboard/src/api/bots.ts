import { queryOptions } from '@tanstack/react-query';
import {
  type BotView,
  botPage,
  botView,
  type createBot,
  featuresView,
  page,
  type putFeatures,
  type updateBot,
  type VendorBotView,
  vendorBotView,
} from '@wbm/contracts';
import { z } from 'zod';
import { keys } from './keys.ts';
import { command, request } from './request.ts';

/** A bot as this viewer may see it: admins see all of it, vendors without QR, pairing code and prompt. */
export type AnyBot = BotView | VendorBotView;

export function isWhole(bot: AnyBot): bot is BotView {
  return 'prompt' in bot;
}

const anyBotPage = z.union([botPage, page(vendorBotView)]);

export const botsQuery = queryOptions({
  queryKey: keys.bots,
  queryFn: async ({ signal }): Promise<readonly AnyBot[]> =>
    (await request(anyBotPage, '/api/bots', { signal, query: { limit: 200 } })).items,
});

export function featuresQuery(botId: string) {
  return queryOptions({
    queryKey: keys.features(botId),
    queryFn: ({ signal }) => request(featuresView, `/api/bots/${botId}/features`, { signal }),
  });
}

export function postBot(bot: z.input<typeof createBot>): Promise<BotView> {
  return request(botView, '/api/bots', { method: 'POST', body: bot });
}

/** What a bot can be told without more words. `self-test` writes to its own number; what came of it shows on the bot. */
export type BotVerb = 'start' | 'stop' | 'restart' | 'logout' | 'self-test';

export function tellBot(botId: string, verb: BotVerb): Promise<void> {
  return command(`/api/bots/${botId}/${verb}`);
}

/** Asks WhatsApp for a code to be typed into the phone with this number (E.164). The code shows on the bot. */
export function askPairingCode(botId: string, phone: string): Promise<BotView> {
  return request(botView, `/api/bots/${botId}/pairing-code`, { method: 'POST', body: { phone } });
}

export function saveBot(botId: string, patch: z.input<typeof updateBot>): Promise<BotView> {
  return request(botView, `/api/bots/${botId}`, { method: 'PATCH', body: patch });
}

export function removeBot(botId: string): Promise<void> {
  return command(`/api/bots/${botId}`, { method: 'DELETE' });
}

export function saveFeatures(botId: string, features: z.input<typeof putFeatures>) {
  return request(featuresView, `/api/bots/${botId}/features`, { method: 'PUT', body: features });
}
