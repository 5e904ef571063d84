import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import staticFiles from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './error-handler.ts';
import { Refused } from './problems.ts';

/** The pages. Each is the same document; the browser's router knows which is meant. */
const pages = ['/', '/sales', '/sales/*', '/sandbox', '/sandbox/*', '/leads/*', '/bots/*', '/login', '/denied'];

/** What is for programs, at whatever address below it. */
const forPrograms = /^\/(api|ws|auth|docs|assets|openapi\.json|live|ready|metrics)(?![\w-])/;

const notBuilt =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Not built</title><main><h1>The dashboard is not built</h1><p>Run <code>npm start</code>, which builds it, or open <a href="/docs">the API</a>.</p></main></html>';

/**
 * Serves the built dashboard. Files under /assets carry a hash in their name and are kept for ever; the page never is.
 * Whoever asks for an address that does not exist gets it too when they are a browser, so that it says so in their
 * language; programs get a problem document.
 */
export async function dashboard(app: FastifyInstance, { dist }: { readonly dist: string }): Promise<void> {
  await app.register(staticFiles, {
    root: join(dist, 'assets'),
    prefix: '/assets/',
    index: false,
    immutable: true,
    maxAge: '1y',
    preCompressed: true,
    schemaHide: true,
  });

  const file = (reply: FastifyReply, name: string) => {
    if (!existsSync(join(dist, name))) return reply.code(503).type('text/html; charset=utf-8').send(notBuilt);
    return reply.header('cache-control', 'no-cache').sendFile(name, dist, { cacheControl: false });
  };
  const schema = { hide: true };
  for (const page of pages) app.get(page, { schema }, (_request, reply) => file(reply, 'index.html'));

  // Before a body is read: what is no route has no limit of time for that.
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404 && !isBrowsing(request)) return sendProblem(request, reply, nothingHere());
  });
  app.setNotFoundHandler((request, reply) => {
    if (!isBrowsing(request)) return sendProblem(request, reply, nothingHere());
    if (!existsSync(join(dist, 'index.html'))) return file(reply, 'index.html');
    // Not to be revalidated either: a 404 without its page would be blank.
    return reply
      .code(404)
      .header('cache-control', 'no-store')
      .sendFile('index.html', dist, { cacheControl: false, etag: false, lastModified: false });
  });

  // The icon, the manifest and the like, which have no hash; what begins with a dot is the build's own.
  const loose = existsSync(dist) ? readdirSync(dist, { withFileTypes: true }) : [];
  for (const { name } of loose.filter((entry) => entry.isFile() && !/^\.|\.html$/.test(entry.name))) {
    app.get(`/${name}`, { schema }, (_request, reply) => file(reply, name));
  }
}

function isBrowsing({ method, url, headers }: FastifyRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  return (headers.accept ?? '').includes('text/html') && !forPrograms.test(url);
}

function nothingHere(): Refused {
  return new Refused('not-found', 'There is nothing at this address. The API is described at /docs.');
}
