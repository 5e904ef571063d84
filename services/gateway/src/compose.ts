import { setTimeout as pause } from 'node:timers/promises';
import { openServiceBlobs } from '@wbm/blobs';
import { openBus } from '@wbm/bus';
import { openServiceDatabase } from '@wbm/db';
import { Permanent, type ServiceContext, startPulse } from '@wbm/runtime';
import { buildApp } from './app.ts';
import type { GatewayConfig } from './config.ts';
import { removeUnneeded } from './remove-unneeded.ts';

const HEARING_WITHIN_MS = 1_000;
const REMOVE_EVERY_MS = 60_000;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** The only wiring: database, bus, and the app that stands between them and the browsers. */
export async function compose(context: ServiceContext<GatewayConfig>): Promise<void> {
  const { config, log, metrics, clock, scope } = context;
  const host = config.HOST ?? (config.APP_MODE === 'embedded' ? '127.0.0.1' : '0.0.0.0');
  if (config.APP_MODE === 'embedded' && !LOOPBACK.test(host)) {
    throw new Permanent(
      'config.not-loopback',
      'The embedded mode, with its sign-in links, generated secrets and sandbox, is for this machine only. ' +
        'Leave HOST out, or set it to 127.0.0.1; reach it from elsewhere through an SSH tunnel.',
    );
  }

  const database = await openServiceDatabase(context);
  // Redis is not asked: without it the gateway still answers every request, only its live events are late.

  const bus = openBus({ redisUrl: config.REDIS_URL, prefix: config.REDIS_PREFIX, service: 'gateway', log, metrics });
  scope.own('bus', () => bus.close());

  const blobs = openServiceBlobs(context);
  const app = await buildApp({
    storage: database,
    bells: bus,
    blobs,
    log,
    metrics,
    clock,
    isReady: () => context.isReady(),
    mode: config.APP_MODE,
    assistant: config.AI_API_KEY ? 'model' : 'scripted',
    jwtSecret: config.JWT_SECRET,
    publicUrl: config.PUBLIC_URL,
    dashboardDist: config.DASHBOARD_DIST,
    rateLimitPerMinute: config.RATE_LIMIT_PER_MINUTE,
    trustedProxies: config.TRUSTED_PROXIES,
  });

  context.onStart(async () => {
    const hearing = new Promise<void>((resolve) => bus.onReconnect(() => resolve()));
    bus.start();
    // Browsers that come before the news does would have to come twice; but they do not wait for a Redis that is away.
    await Promise.race([hearing, pause(HEARING_WITHIN_MS, undefined, { ref: false })]);
    const address = await app.listen({ port: config.PORT, host });
    const port = Number(new URL(address).port) || config.PORT;
    log.info({ port, host }, 'http.listening');
    context.announce({ port });
    const task = { task: 'remove', everyMs: REMOVE_EVERY_MS, log };
    const removing = startPulse({ ...task, run: () => removeUnneeded({ storage: database, blobs, log }) });
    context.onDrain('remove', () => removing.stop());
  });
  // Takes no more connections, finishes the requests it has, and sends the browsers to another replica.
  context.onDrain('http', () => app.close());
}
