import type { Role } from '@wbm/domain';
import type { Clock, Logger } from '@wbm/runtime';
import type { CloseReason, Connection } from './connection.ts';

/** Who is connected to this replica, by workspace. */
export class Connections {
  readonly #byWorkspace = new Map<string, Set<Connection>>();

  add(connection: Connection): void {
    const { workspaceId } = connection.viewer;
    const others = this.#byWorkspace.get(workspaceId);
    if (others) others.add(connection);
    else this.#byWorkspace.set(workspaceId, new Set([connection]));
  }

  remove(connection: Connection): void {
    const { workspaceId } = connection.viewer;
    const others = this.#byWorkspace.get(workspaceId);
    others?.delete(connection);
    if (others?.size === 0) this.#byWorkspace.delete(workspaceId);
  }

  /** Any at all? If not, nothing is loaded for the workspace. */
  has(workspaceId: string): boolean {
    return this.#byWorkspace.has(workspaceId);
  }

  get size(): number {
    return this.#all().length;
  }

  send(workspaceId: string, role: Role, frame: string): void {
    for (const connection of this.#byWorkspace.get(workspaceId) ?? []) {
      if (connection.viewer.role === role) connection.send(frame);
    }
  }

  close(reason: CloseReason, workspaceId?: string): void {
    const those = workspaceId === undefined ? this.#all() : [...(this.#byWorkspace.get(workspaceId) ?? [])];
    for (const connection of those) connection.close(reason);
  }

  terminate(): void {
    for (const connection of this.#all()) connection.drop('leaving');
  }

  /** Drops the dead, and whoever may not be here any more: a session that ended, a member removed or with another role. */
  async beat(clock: Clock, log: Logger): Promise<void> {
    for (const connection of this.#all()) {
      const { viewer } = connection;
      if (!connection.beat()) connection.drop('slow');
      else if (viewer.expiresAt <= clock.now()) connection.close('signedOut');
      else {
        try {
          const member = await viewer.workspace.members.session(viewer.userId);
          if (member === null) connection.close('signedOut');
          else if (member.role !== viewer.role) connection.close('missed');
        } catch (err) {
          // Nobody is sent away because the database is.
          log.warn({ err }, 'socket.membership-unknown');
          return;
        }
      }
    }
  }

  #all(): Connection[] {
    return [...this.#byWorkspace.values()].flatMap((connections) => [...connections]);
  }
}
