import { roles } from '@wbm/domain';
import type { Logger } from '@wbm/runtime';
import type { Storage } from '../ports.ts';
import { type LoadedEvent, loadEvents, type Told } from './audience.ts';
import type { Connections } from './connections.ts';

type FramesOptions = {
  readonly storage: Storage;
  readonly connections: Connections;
  readonly log: Logger;
  /** News that comes within this time goes out together. */
  readonly batchMs: number;
};

/** More news than this in one burst, and loading everything anew is cheaper for everybody. */
const MAX_BURST = 500;

/** Collects news by workspace, loads what each burst is about once, and sends one frame for each role. */
export class Frames {
  readonly #options: FramesOptions;
  readonly #bursts = new Map<string, Map<string, Told>>();
  readonly #flushing = new Map<string, Promise<void>>();

  constructor(options: FramesOptions) {
    this.#options = options;
  }

  hear(told: Told): void {
    const { workspaceId } = told.news;
    if (!this.#options.connections.has(workspaceId)) return;
    let burst = this.#bursts.get(workspaceId);
    if (burst === undefined) {
      burst = new Map();
      this.#bursts.set(workspaceId, burst);
      setTimeout(() => this.#queue(workspaceId), this.#options.batchMs).unref();
    }
    // The same news twice in a burst is one event: what is loaded is how things are now.
    burst.set(JSON.stringify(told), told);
  }

  /** One flush of a workspace after another, so that frames go out in the order of the news. */
  #queue(workspaceId: string): void {
    const before = this.#flushing.get(workspaceId) ?? Promise.resolve();
    const flushing = before
      .then(() => this.#flush(workspaceId))
      .finally(() => {
        if (this.#flushing.get(workspaceId) === flushing) this.#flushing.delete(workspaceId);
      });
    this.#flushing.set(workspaceId, flushing);
  }

  async #flush(workspaceId: string): Promise<void> {
    const { storage, connections, log } = this.#options;
    const burst = [...(this.#bursts.get(workspaceId)?.values() ?? [])];
    this.#bursts.delete(workspaceId);
    if (burst.length === 0 || !connections.has(workspaceId)) return;
    if (burst.length > MAX_BURST) {
      connections.close('missed', workspaceId);
      return;
    }
    try {
      const events = await loadEvents(storage.workspace(workspaceId), burst);
      for (const role of roles) {
        const frame = frameFor(role, events);
        if (frame !== null) connections.send(workspaceId, role, frame);
      }
    } catch (err) {
      // What could not be loaded is lost to these browsers; they come back and load everything.
      log.warn({ workspaceId, err }, 'socket.news-lost');
      connections.close('missed', workspaceId);
    }
  }
}

function frameFor(role: (typeof roles)[number], events: readonly LoadedEvent[]): string | null {
  const own = events.flatMap(({ type, payloads }) =>
    payloads.has(role) ? [{ type, payload: payloads.get(role) }] : [],
  );
  return own.length === 0 ? null : JSON.stringify({ events: own });
}
