import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { App } from '../app.ts';
import type { Storage } from '../ports.ts';
import { sendProblem } from './error-handler.ts';
import { Refused } from './problems.ts';

const query = z.object({ token: z.string().min(1).max(200).describe('From the link that npm start printed.') });

/** Sign-in links of the embedded mode: good once, and only for browsers on the same machine. */
export async function signInRoutes(app: App, { storage }: { readonly storage: Storage }): Promise<void> {
  app.get(
    '/auth/link',
    {
      // A HEAD request of a link preview must not use it up.
      exposeHeadRoute: false,
      schema: {
        tags: ['session'],
        summary: 'Sign in by a single-use link (embedded mode, same machine)',
        querystring: query,
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      if (!isLocal(request)) {
        return refuse(
          request,
          reply,
          new Refused(
            'loopback-only',
            'Sign-in links work only in a browser on the machine that runs the product. Open the link there.',
          ),
        );
      }
      const person = await storage.signIn.redeem(request.query.token);
      const member = person && (await storage.workspace(person.workspaceId).members.session(person.userId));
      if (!person || !member) {
        return refuse(
          request,
          reply,
          new Refused(
            'link-used',
            'This sign-in link was used already, or it is too old. Run "npm run links" for a fresh one.',
          ),
        );
      }
      app.beginSession(reply, person);
      return reply.redirect(member.role === 'admin' ? '/' : '/sales', 303);
    },
  );
}

const loopback = /^(127\.|::1$|::ffff:127\.)/;

/** The peer itself, not what a header says; and nobody in between. */
function isLocal(request: FastifyRequest): boolean {
  const forwarded = request.headers['x-forwarded-for'] ?? request.headers.forwarded;
  return forwarded === undefined && loopback.test(request.socket.remoteAddress ?? '');
}

/** A person who followed a link reads a page; a program gets the problem document. */
function refuse(request: FastifyRequest, reply: FastifyReply, refused: Refused) {
  if (!request.headers.accept?.includes('text/html')) return sendProblem(request, reply, refused);
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sign-in link</title><main><h1>You are not signed in</h1><p>${refused.message.replaceAll('"', '&quot;')}</p></main></html>`;
  return reply.code(refused.status).type('text/html; charset=utf-8').send(page);
}
