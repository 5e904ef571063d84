import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { Refused } from './problems.ts';

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses writes that a page of another site had a browser make. Browsers say where a request comes from; programs
 * that say nothing hold no cookie of somebody else, and pass.
 */
export const sameOrigin = fp<{ readonly publicOrigin: string | undefined }>(async (app, { publicOrigin }) => {
  app.addHook('onRequest', async (request) => {
    // An upgrade is a GET, but it opens a line both ways.
    if (reading.has(request.method) && request.headers.upgrade === undefined) return;
    if (isForeign(request, publicOrigin)) {
      throw new Refused(
        'foreign-origin',
        'Changes are taken from the dashboard’s own pages only. Open the dashboard and repeat it there.',
      );
    }
  });
});

function isForeign(request: FastifyRequest, publicOrigin: string | undefined): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  if (origin === undefined || origin === publicOrigin) return false;
  return !URL.canParse(origin) || new URL(origin).host !== request.headers.host;
}
