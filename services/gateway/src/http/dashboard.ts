import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import staticFiles from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** The pages. Each is the same document; the browser's router knows which is meant. */
const pages = ['/', '/sales', '/sales/*', '/sandbox', '/sandbox/*', '/leads/*', '/bots/*', '/login', '/denied'];

const notBuilt =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Not built</title><main><h1>The dashboard is not built</h1><p>Run <code>npm start</code>, which builds it, or open <a href="/docs">the API</a>.</p></main></html>';

/** Serves the built dashboard. Files under /assets carry a hash in their name and are kept for ever; the page never is. */
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

  // The icon, the manifest and the like, which have no hash; what begins with a dot is the build's own.
  const loose = existsSync(dist) ? readdirSync(dist, { withFileTypes: true }) : [];
  for (const { name } of loose.filter((entry) => entry.isFile() && !/^\.|\.html$/.test(entry.name))) {
    app.get(`/${name}`, { schema }, (_request, reply) => file(reply, name));
  }
}
