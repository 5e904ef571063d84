import fp from 'fastify-plugin';
import type { Storage } from '../ports.ts';
import { Refused, refusals } from './problems.ts';

/**
 * Lets through whom a route is for. The membership is read for each request, so somebody who was removed is out at
 * once. A route below /api that does not say whom it is for keeps the gateway from starting.
 */
export const access = fp<{ readonly storage: Storage }>(async (app, { storage }) => {
  app.addHook('onRoute', (route) => {
    if (!/^\/(api|ws)\b/.test(route.url)) return;
    if (route.config?.audience === undefined)
      throw new Error(`${String(route.method)} ${route.url} does not say whom it is for`);
  });

  // Behind the limit of requests, which is each route's own `onRequest`: whoever asks for too much costs no transaction.
  app.addHook('preParsing', async (request, reply) => {
    const whom = request.routeOptions.config.audience;
    if (whom === undefined || whom === 'everybody') return;
    // What one person may see is for no cache.
    reply.header('cache-control', 'no-store');
    const { claims } = request;
    if (claims === null) throw refusals.signedOut();
    const workspace = storage.workspace(claims.workspaceId);
    const member = await workspace.members.session(claims.userId);
    if (member === null) throw refusals.signedOut();
    if (whom === 'admins' && member.role !== 'admin') {
      throw new Refused('not-permitted', 'Only admins of the workspace may do this. Ask one of them to do it for you.');
    }
    const { userId, workspaceId, exp } = claims;
    request.viewer = { userId, workspaceId, workspace, ...member, expiresAt: new Date(exp * 1_000) };
  });
});
