import fp from 'fastify-plugin';

/**
 * Bodies are JSON or nothing: a form of another site cannot send that without asking first. Empty is nothing. Uploads are
 * the exception; they have a parser of their own, and `same-origin` is what keeps other sites out there.
 */
export const jsonOnly = fp(async (app) => {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else parse(request, String(body), done);
  });
});
