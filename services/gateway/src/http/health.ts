import type { Clock, Readiness } from '@wbm/runtime';
import { z } from 'zod';
import type { App } from '../app.ts';

const live = z.object({ live: z.literal(true) });
const state = z.object({ ready: z.boolean(), checks: z.array(z.object({ name: z.string(), ok: z.boolean() })) });

/** Anybody may ask, as often as they like; Postgres is asked no more often than this. */
const ASK_AGAIN_MS = 1_000;

type HealthOptions = { readonly isReady: () => Promise<Readiness>; readonly clock: Clock };

/** For whoever stands in front. Metrics are on the internal port only: their labels name every tenant's bots. */
export async function healthRoutes(app: App, { isReady, clock }: HealthOptions): Promise<void> {
  const config = { rateLimit: false as const };
  let asked: { readonly answer: Promise<Readiness>; readonly atMs: number } | undefined;
  const readiness = () => {
    const atMs = clock.monotonicMs();
    if (asked === undefined || atMs - asked.atMs >= ASK_AGAIN_MS) asked = { answer: isReady(), atMs };
    return asked.answer;
  };

  app.get(
    '/live',
    { config, schema: { tags: ['health'], summary: 'The process answers', response: { 200: live } } },
    () => ({ live: true as const }),
  );

  app.get(
    '/ready',
    { config, schema: { tags: ['health'], summary: 'It does its work', response: { 200: state, 503: state } } },
    async (_request, reply) => {
      const { ready, checks } = await readiness();
      return reply.code(ready ? 200 : 503).send({ ready, checks: [...checks] });
    },
  );
}
