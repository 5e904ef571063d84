import { type Logger, type MetricsRegistry, newCorrelationId, withCorrelation } from '@wbm/runtime';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The caller's own correlation id when it is a UUID, else a new one. Log lines and rows carry it: anything freer would
 * let a caller write names and phone numbers there.
 */
export function correlationIdOf(request: Pick<FastifyRequest['raw'], 'headers'>): string {
  const given = request.headers['x-correlation-id'] ?? request.headers['x-request-id'];
  return typeof given === 'string' && UUID.test(given) ? given : newCorrelationId();
}

/** Runs each request under its correlation id, answers with it, and counts and logs how it ended. Never the URL: it may hold a number. */
export const correlate = fp<{ readonly log: Logger; readonly metrics: MetricsRegistry }>(
  async (app, { log, metrics }) => {
    const seconds = metrics.histogram({
      name: 'wbm_http_request_seconds',
      help: 'How long requests took, by route and status.',
      labels: ['method', 'route', 'status'],
    });

    app.addHook('onRequest', (request, reply, done) => {
      reply.header('x-correlation-id', request.id);
      withCorrelation(request.id, done);
    });
    // Once more: reading a body continues in the socket's context, not in the request's.
    app.addHook('preValidation', (request, _reply, done) => withCorrelation(request.id, done));

    app.addHook('onResponse', async (request, reply) => {
      const route = request.routeOptions.url ?? '(none)';
      const { method } = request;
      seconds.observe({ method, route, status: reply.statusCode }, reply.elapsedTime / 1_000);
      const line = { cid: request.id, method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) };
      log[method === 'GET' ? 'debug' : 'info'](line, 'http.answered');
    });
  },
);
