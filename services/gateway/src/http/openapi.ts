import swagger from '@fastify/swagger';
import scalar from '@scalar/fastify-api-reference';
import { problem } from '@wbm/contracts';
import fp from 'fastify-plugin';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { PROBLEM_TYPE } from './error-handler.ts';

const refused = (description: string) => ({ description, content: { [PROBLEM_TYPE]: { schema: problem } } });

/** The page's settings are data, so that it needs no script of its own and the content policy can stay strict. */
const settings = {
  withDefaultFonts: false,
  hideClientButton: true,
  telemetry: false,
  agent: { disabled: true },
  showDeveloperTools: 'never',
};
const docsPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>WhatsApp Bot Manager · API</title>
  </head>
  <body>
    <script id="api-reference" type="application/json" data-url="/openapi.json" data-configuration='${JSON.stringify(settings)}'></script>
    <script src="/docs/kit/js/scalar.js"></script>
  </body>
</html>
`;

/** The API as a document at /openapi.json and as a page at /docs, both made from the very schemas that check requests. */
export const openapi = fp(async (app) => {
  // Every route can be refused, by one kind of document.
  app.addHook('onRoute', (route) => {
    if (route.schema === undefined || route.schema.hide) return;
    route.schema.response = {
      ...(route.schema.response as object | undefined),
      '4xx': refused('Refused; `code` says why and `detail` what to do.'),
      '5xx': refused('Not possible right now; `code` says why.'),
    };
  });

  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      tags: ['session', 'bots', 'features', 'leads', 'messages', 'sandbox', 'live', 'health'].map((name) => ({ name })),
      info: {
        title: 'WhatsApp Bot Manager',
        version: '1.0.0',
        description:
          'Sign in first: the session is a cookie. Lists are `{items, nextCursor}`. Refusals are problem documents (RFC 9457) with a stable `code`. A write that answers 2xx is stored, whatever happens next. Live changes come over the WebSocket at `/ws`.',
      },
    },
    transform: jsonSchemaTransform,
  });
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  app.get('/docs', { schema: { hide: true } }, (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(docsPage),
  );

  // For its script only, which would otherwise come from a CDN; its own page would need an inline one.
  await app.register(scalar, {
    routePrefix: '/docs/kit',
    configuration: { url: '/openapi.json' },
    hooks: {
      onRequest: (request, reply, done) => {
        if (request.routeOptions.url?.endsWith('.js')) done();
        else reply.redirect('/docs');
      },
    },
  });
});
