import type { Role } from '@wbm/domain';
import type { FastifyRequest } from 'fastify';
import type { WorkspaceStorage } from '../ports.ts';

/** What a session cookie says: who, of which workspace, until when. The role is not in it: it is read anew each time. */
export interface Claims {
  readonly userId: string;
  readonly workspaceId: string;
  /** Seconds since 1970. */
  readonly exp: number;
}

/** Whoever makes a request, as the membership is at this moment. */
export interface Viewer {
  readonly userId: string;
  readonly email: string;
  readonly name: string | null;
  readonly role: Role;
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly workspace: WorkspaceStorage;
  readonly expiresAt: Date;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** From the cookie, checked; null without one. Set on every request. */
    claims: Claims | null;
    /** Set where a route says who may use it. */
    viewer: Viewer | null;
  }
  interface FastifyContextConfig {
    /** Who may use the route. Every route below /api and the socket must say so, or the gateway does not start. */
    audience?: 'members' | 'admins' | 'everybody';
  }
}

/** @throws a plain Error (bug) on a route open to everybody */
export function viewerOf(request: FastifyRequest): Viewer {
  if (request.viewer === null) throw new Error('this route has no audience, hence no viewer');
  return request.viewer;
}
