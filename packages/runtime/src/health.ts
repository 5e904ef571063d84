import { type FastifyInstance, fastify } from 'fastify';
import type { MetricsRegistry } from './metrics.ts';

export type ReadinessCheck = () => boolean | Promise<boolean>;
/** `ready` is true when every named check passed; the names are all a stranger may learn. */
export type Readiness = {
  readonly ready: boolean;
  readonly checks: readonly { readonly name: string; readonly ok: boolean }[];
};

/** Checks slower than this count as failed: an orchestrator's own probe gives up after a few seconds. */
const CHECK_TIMEOUT_MS = 2_000;

export class Health {
  readonly #checks = new Map<string, ReadinessCheck>();

  add(name: string, check: ReadinessCheck): void {
    this.#checks.set(name, check);
  }

  async readiness(): Promise<Readiness> {
    const checks = await Promise.all(
      [...this.#checks].map(async ([name, check]) => ({ name, ok: await passes(check) })),
    );
    return { ready: checks.every((check) => check.ok), checks };
  }
}

async function passes(check: ReadinessCheck): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([Promise.resolve().then(check), timeout]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** The internal HTTP server: `/live` (the process answers), `/ready` (it does its work), `/metrics`. */
export function createOpsServer(health: Health, metrics: MetricsRegistry): FastifyInstance {
  const app = fastify({ logger: false, forceCloseConnections: true });
  app.get('/live', () => ({ live: true }));
  app.get('/ready', async (_request, reply) => {
    const readiness = await health.readiness();
    return reply.code(readiness.ready ? 200 : 503).send(readiness);
  });
  app.get('/metrics', async (_request, reply) => {
    const { contentType, text } = await metrics.render();
    return reply.type(contentType).send(text);
  });
  return app;
}
