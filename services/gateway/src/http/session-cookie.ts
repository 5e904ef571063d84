import { createHash } from 'node:crypto';
import cookie from '@fastify/cookie';
import jwt from '@fastify/jwt';
import type { FastifyReply } from 'fastify';
import fp from 'fastify-plugin';
import { z } from 'zod';

export const SESSION_SECONDS = 7 * 24 * 3_600;

type CookieOptions = { readonly secret: string /** Sent over https only. */; readonly secure: boolean };
type Person = { readonly userId: string; readonly workspaceId: string };

declare module 'fastify' {
  interface FastifyInstance {
    beginSession(reply: FastifyReply, person: Person): void;
    endSession(reply: FastifyReply): void;
  }
}

const claims = z.object({ sub: z.uuid(), ws: z.uuid(), exp: z.number() });

/**
 * The session: a JWT of seven days in a cookie that scripts cannot read. The cookie's name holds a trace of the
 * secret, because cookies do not tell ports apart and two installations may run on one machine.
 */
export const sessionCookie = fp<CookieOptions>(async (app, { secret, secure }) => {
  const trace = createHash('sha256').update(secret).digest('hex').slice(0, 8);
  const cookieName = `${secure ? '__Host-' : ''}wbm_${trace}`;
  const settings = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const;
  await app.register(cookie);
  await app.register(jwt, {
    secret,
    sign: { algorithm: 'HS256', expiresIn: '7d' },
    verify: { algorithms: ['HS256'] },
  });
  app.decorateRequest('claims', null);
  app.decorateRequest('viewer', null);

  app.decorate('beginSession', (reply, person) => {
    const token = app.jwt.sign({ sub: person.userId, ws: person.workspaceId });
    reply.setCookie(cookieName, token, { ...settings, maxAge: SESSION_SECONDS });
  });
  app.decorate('endSession', (reply) => {
    reply.clearCookie(cookieName, settings);
  });

  app.addHook('onRequest', async (request) => {
    const token = request.cookies[cookieName];
    if (token === undefined) return;
    try {
      const { sub, ws, exp } = claims.parse(app.jwt.verify(token));
      request.claims = { userId: sub, workspaceId: ws, exp };
    } catch {
      // Expired, signed with another secret, or made up: whoever it is, is not signed in.
      request.claims = null;
    }
  });
});
