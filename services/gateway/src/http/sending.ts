import { botParams, sendingView } from '@wbm/contracts';
import { numberAgeDays, sendingBudget } from '@wbm/domain';
import type { Clock } from '@wbm/runtime';
import type { App } from '../app.ts';
import { refusals } from './problems.ts';
import { viewerOf } from './viewer.ts';

export async function sendingRoutes(app: App, { clock }: { readonly clock: Clock }): Promise<void> {
  app.get(
    '/api/bots/:botId/sending',
    {
      config: { audience: 'members' },
      schema: {
        tags: ['bots'],
        summary: 'How much a bot may send, and how much of that it has used',
        description:
          'The limits grow with the age of the number, unless an admin set others (`sendPerMinute`, `sendPerDay`). They are careful guesses: WhatsApp names none, and keeping them is no promise that it bans nobody.',
        params: botParams,
        response: { 200: sendingView },
      },
    },
    async (request) => {
      const sending = await viewerOf(request).workspace.messages.sending(request.params.botId);
      if (sending === null) throw refusals.unknownBot();
      const { lastMinute, last24h, unasked24h, refused24h, held } = sending;
      const now = clock.now();
      return {
        ...sendingBudget({ ...sending, now }),
        ageDays: numberAgeDays(sending.linkedAt, now),
        ...{ lastMinute, last24h, unasked24h, refused24h, held },
        heldUntil: sending.heldUntil?.toISOString() ?? null,
      };
    },
  );
}
