import { ConstraintViolation } from '@wbm/db';
import { type Logger, Transient } from '@wbm/runtime';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors, type ZodFastifySchemaValidationError } from 'fastify-type-provider-zod';
import { problemOf, Refused, refusals } from './problems.ts';

export const PROBLEM_TYPE = 'application/problem+json';

/** The one place where an error becomes an answer. Only bugs are logged with their stack. */
export function errorHandler(log: Logger) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    const refused = refusedOf(error, request);
    const about = { route: request.routeOptions.url, method: request.method, cid: request.id };
    if (refused.code === 'internal') log.error({ ...about, err: error }, 'http.bug');
    else if (refused.code === 'unavailable') log.warn({ ...about, code: error.code }, 'http.unavailable');
    else log.info({ ...about, status: refused.status, code: refused.code }, 'http.refused');
    return sendProblem(request, reply, refused);
  };
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, refused: Refused) {
  if (refused.retryAfterSeconds !== undefined) reply.header('retry-after', refused.retryAfterSeconds);
  // The path without its query: a query may hold a token.
  const instance = request.url.split('?', 1)[0] ?? '/';
  const document = problemOf(refused, instance);
  // As text, because the route's own response schema is for its answers.
  return reply
    .code(refused.status)
    .type(PROBLEM_TYPE)
    .header('cache-control', 'no-store')
    .send(JSON.stringify(document));
}

function refusedOf(error: FastifyError, request: FastifyRequest): Refused {
  if (error instanceof Refused) return error;
  if (hasZodFastifySchemaValidationErrors(error)) return invalid(error.validation, error.validationContext ?? 'body');
  if (error instanceof Transient) return error.code.startsWith('blobs.') ? filesAway() : unavailable();
  if (error instanceof ConstraintViolation) {
    return new Refused(
      'refused-by-database',
      'What you sent does not fit what is stored, perhaps because something changed meanwhile. Load it again and repeat your change.',
    );
  }
  return (
    refusedByFastify(error, request) ??
    new Refused(
      'internal',
      `This is our fault, not yours. Try again; if it stays, report the correlation id ${request.id}.`,
    )
  );
}

function unavailable(): Refused {
  return new Refused(
    'unavailable',
    'The database does not answer right now. Nothing was lost; try again in a few seconds.',
    { retryAfterSeconds: 3 },
  );
}

function filesAway(): Refused {
  return new Refused(
    'unavailable',
    'The folder of files cannot be used right now; its disk may be full. Nothing of it was kept; try again later, and tell whoever runs this server.',
    { retryAfterSeconds: 60 },
  );
}

/** It may have been carried out all the same, and it may have been the sender who was slow. */
function tooSlow(): Refused {
  return new Refused(
    'unavailable',
    'This took longer than it may, so nobody waits for it any more. Load what you changed again before you repeat the change.',
    { retryAfterSeconds: 3 },
  );
}

function refusedByFastify(error: FastifyError, request: FastifyRequest): Refused | undefined {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Refused('body-too-large', 'The body is larger than 64 kB. Send less at once.');
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return new Refused(
        'invalid-json',
        'The body cannot be read as JSON. Check quotes, commas and brackets, and that it is UTF-8.',
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Refused('not-json', 'Send the body as JSON, with the header content-type: application/json.');
    case 'FST_ERR_HANDLER_TIMEOUT':
      return tooSlow();
  }
  // A body that is not JSON, or that carries __proto__, is a SyntaxError of the parser with status 400.
  if (error instanceof SyntaxError && error.statusCode === 400) {
    return new Refused(
      'invalid-json',
      'The body cannot be read as JSON. Check quotes, commas and brackets, and that it is UTF-8.',
    );
  }
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500)
    return new Refused(
      'bad-request',
      `${request.method} requests like this one cannot be read. Check the headers and the URL.`,
    );
  return undefined;
}

/** Says where and what is wanted, never what was given. An id in the path that cannot exist is an id that does not. */
function invalid(issues: readonly ZodFastifySchemaValidationError[], where: string): Refused {
  const faults = issues.map((issue) => ({
    path: [where, ...issue.instancePath.split('/').filter(Boolean)].join('.'),
    message: issue.message ?? 'does not fit',
  }));
  if (faults.some((fault) => fault.path === 'params.botId')) return refusals.unknownBot();
  if (faults.some((fault) => fault.path === 'params.leadId')) return refusals.unknownLead();
  if (faults.some((fault) => fault.path === 'params.mediaId')) return refusals.unknownMedia();
  return new Refused(
    'invalid-request',
    `${faults.length === 1 ? 'One value does' : `${faults.length} values do`} not fit. See errors for which, and what is wanted.`,
    { faults },
  );
}
