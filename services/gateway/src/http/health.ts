import type { Readiness } from '@wbm/runtime';
import { z } from 'zod';
import type { App } from '../app.ts';

const live = z.object({ live: z.literal(true) });
const readiness = z.object({ ready: z.boolean(), checks: z.array(z.object({ name: z.string(), ok: z.boolean() })) });

/** For whoever stands in front. Metrics are on the internal port only: their labels name every tenant's bots. */
export async function healthRoutes(
  app: App,
  { isReady }: { readonly isReady: () => Promise<Readiness> },
): Promise<void> {
  const config = { rateLimit: false as const };

  app.get(
    '/live',
    { config, schema: { tags: ['health'], summary: 'The process answers', response: { 200: live } } },
    () => ({ live: true as const }),
  );

  app.get(
    '/ready',
    { config, schema: { tags: ['health'], summary: 'It does its work', response: { 200: readiness, 503: readiness } } },
    async (_request, reply) => {
      const state = await isReady();
      return reply.code(state.ready ? 200 : 503).send({ ready: state.ready, checks: [...state.checks] });
    },
  );
}
