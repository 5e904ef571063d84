import { type SessionView, sessionView } from '@wbm/contracts';
import { z } from 'zod';
import type { App } from '../app.ts';
import { type Viewer, viewerOf } from './viewer.ts';

export type Installation = Pick<SessionView, 'mode' | 'assistant'>;

export function sessionViewOf(viewer: Viewer, { mode, assistant }: Installation): SessionView {
  const { email, name, role, workspaceId, workspaceName } = viewer;
  return { user: { email, name }, workspace: { id: workspaceId, name: workspaceName }, role, mode, assistant };
}

export async function sessionRoutes(app: App, installation: Installation): Promise<void> {
  app.get(
    '/api/session',
    {
      config: { audience: 'members' },
      schema: { tags: ['session'], summary: 'Who you are', response: { 200: sessionView } },
    },
    (request) => sessionViewOf(viewerOf(request), installation),
  );

  app.post(
    '/logout',
    { schema: { tags: ['session'], summary: 'End your session on this browser', response: { 204: z.void() } } },
    async (_request, reply) => {
      app.endSession(reply);
      return reply.code(204).send();
    },
  );
}
