import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { Blobs } from '@wbm/blobs';
import type { Clock, Logger, MetricsRegistry, Readiness } from '@wbm/runtime';
import { type FastifyInstance, fastify } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { access } from './http/access.ts';
import { botRoutes } from './http/bots.ts';
import { correlate, correlationIdOf } from './http/correlate.ts';
import { dashboard } from './http/dashboard.ts';
import { errorHandler } from './http/error-handler.ts';
import { featureRoutes } from './http/features.ts';
import { hangUp } from './http/hang-up.ts';
import { healthRoutes } from './http/health.ts';
import { jsonOnly } from './http/json-only.ts';
import { lastAnswers } from './http/last-answers.ts';
import { leadRoutes } from './http/leads.ts';
import { mediaRoutes } from './http/media.ts';
import { messageRoutes } from './http/messages.ts';
import { openapi } from './http/openapi.ts';
import { Refused } from './http/problems.ts';
import { sameOrigin } from './http/same-origin.ts';
import { sandboxRoutes } from './http/sandbox.ts';
import { sandboxChangeRoutes } from './http/sandbox-changes.ts';
import { contentSecurity } from './http/security-headers.ts';
import { sendingRoutes } from './http/sending.ts';
import { sessionRoutes } from './http/session.ts';
import { sessionCookie } from './http/session-cookie.ts';
import { signInRoutes } from './http/sign-in.ts';
import { type TransferTimings, transferTimings } from './http/transfer-timings.ts';
import { uploadRoutes } from './http/uploads.ts';
import type { Bells, Storage } from './ports.ts';
import { type SocketTimings, socket } from './ws/socket.ts';
import { upgrade } from './ws/upgrade.ts';

export interface AppOptions {
  readonly storage: Storage;
  readonly bells: Bells;
  readonly blobs: Blobs;
  readonly log: Logger;
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
  readonly isReady: () => Promise<Readiness>;
  readonly mode: 'embedded' | 'server';
  readonly assistant: 'scripted' | 'model';
  readonly jwtSecret: string;
  readonly publicUrl: string | undefined;
  readonly dashboardDist: string;
  readonly rateLimitPerMinute: number;
  readonly trustedProxies: number;
  readonly socketTimings?: Partial<SocketTimings>;
  readonly transferTimings?: Partial<TransferTimings>;
}

/** `app` as route files take it: with zod for what comes in and what goes out. */
export type App = ReturnType<typeof bare>;

const BODY_LIMIT = 64 * 1024;
/** No request hangs longer than this, whatever Postgres does. */
const HANDLER_TIMEOUT_MS = 8_000;
/** Nor does anybody take longer to say what they want. */
const HEADERS_TIMEOUT_MS = 20_000;
const LOOK_FOR_SLOW_ONES_EVERY_MS = 5_000;

/** The whole HTTP side, without a port of its own: `main` listens, tests inject. */
export async function buildApp(options: AppOptions): Promise<App> {
  const { storage, bells, log, metrics, publicUrl, mode } = options;
  const secure = publicUrl?.startsWith('https://') ?? false;
  const refuse = errorHandler(log);
  const timings = { ...transferTimings, ...options.transferTimings };
  const app = bare(options.trustedProxies, refuse, timings);
  app.setErrorHandler(refuse);

  await app.register(upgrade, { log });
  await app.register(lastAnswers, { answeredWithinMs: HANDLER_TIMEOUT_MS });
  await app.register(hangUp, timings);
  await app.register(correlate, { log, metrics });
  await app.register(helmet, contentSecurity(secure));
  await app.register(sessionCookie, { secret: options.jwtSecret, secure });
  await app.register(rateLimit, {
    max: options.rateLimitPerMinute,
    timeWindow: 60_000,
    keyGenerator: (request) => request.claims?.userId ?? request.ip,
    errorResponseBuilder: (_request, { ttl }) => {
      const retryAfterSeconds = Math.max(1, Math.ceil(ttl / 1_000));
      return new Refused(
        'too-many-requests',
        `You asked for more than this server gives one session. Try again in ${retryAfterSeconds} s.`,
        { retryAfterSeconds },
      );
    },
  });
  await app.register(sameOrigin, { publicOrigin: publicUrl === undefined ? undefined : new URL(publicUrl).origin });
  await app.register(access, { storage });
  await app.register(jsonOnly);
  await app.register(openapi);

  await app.register(healthRoutes, { isReady: options.isReady, clock: options.clock });
  await app.register(sessionRoutes, { mode, assistant: options.assistant });
  await app.register(botRoutes, { bells, mode });
  await app.register(featureRoutes, { bells });
  await app.register(leadRoutes, { bells, clock: options.clock });
  await app.register(sendingRoutes, { clock: options.clock });
  await app.register(messageRoutes, { bells });
  await app.register(mediaRoutes, { blobs: options.blobs, log, ...timings });
  await app.register(uploadRoutes, { blobs: options.blobs, log, ...timings });
  if (mode === 'embedded') {
    await app.register(signInRoutes, { storage });
    await app.register(sandboxRoutes, { bells });
    await app.register(sandboxChangeRoutes, { bells });
  }
  await app.register(socket, { ...options, timings: options.socketTimings ?? {} });
  await app.register(dashboard, { dist: options.dashboardDist });
  return app;
}

function bare(trustedProxies: number, refuse: ReturnType<typeof errorHandler>, timings: TransferTimings) {
  const app: FastifyInstance = fastify({
    logger: false,
    // For URLs that are so broken that they reach no route.
    frameworkErrors: (error, request, reply) => void refuse(error, request, reply),
    bodyLimit: BODY_LIMIT,
    handlerTimeout: HANDLER_TIMEOUT_MS,
    connectionTimeout: timings.silenceMs,
    requestTimeout: timings.totalMs,
    http: { connectionsCheckingInterval: LOOK_FOR_SLOW_ONES_EVERY_MS, headersTimeout: HEADERS_TIMEOUT_MS },
    genReqId: correlationIdOf,
    trustProxy: (_address, hop) => hop < trustedProxies,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  return app.withTypeProvider<ZodTypeProvider>();
}
