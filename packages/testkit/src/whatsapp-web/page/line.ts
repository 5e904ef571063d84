import type { PageAskAnswer, PageAskArgs, PageAskName, ServerFrame } from '../wire.ts';
import { today } from './today.ts';

type Hearing = {
  onOpen(): void;
  onFrame(frame: ServerFrame): void;
  onCut(): void;
};

type Waiting = { readonly resolve: (value: never) => void; readonly reject: (error: Error) => void };

/** The page's connection to its servers: at most one at a time. */
export class Line {
  readonly #url: string;
  readonly #hearing: Hearing;
  readonly #waiting = new Map<number, Waiting>();
  #socket: WebSocket | undefined;
  #asked = 0;

  constructor(url: string, hearing: Hearing) {
    this.#url = url;
    this.#hearing = hearing;
    // Said early, so that a page that loads again does not look like two.
    addEventListener('pagehide', () => this.#socket?.close());
  }

  get open(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  connect(): void {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onopen = () => this.#hearing.onOpen();
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(String(data)) as ServerFrame);
    socket.onclose = () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the connection is lost'));
      this.#waiting.clear();
      if (this.#socket === socket) this.#hearing.onCut();
    };
  }

  /** Rejects with what the servers say, and when the connection is not there or goes away. */
  ask<K extends PageAskName>(name: K, args: PageAskArgs<K>): Promise<PageAskAnswer<K>> {
    if (!this.open) return Promise.reject(new Error('not connected'));
    this.#asked += 1;
    const n = this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(n, { resolve, reject });
      this.#say({ frame: 'ask', n, name, args });
    });
  }

  sayTrace(trace: { read: readonly string[]; missing: readonly string[] }): void {
    this.#say({ frame: 'traced', ...trace });
  }

  #say(frame: unknown): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  #hear(frame: ServerFrame): void {
    if (frame.frame !== 'answer') {
      this.#hearing.onFrame(frame);
      return;
    }
    const waiting = this.#waiting.get(frame.n);
    this.#waiting.delete(frame.n);
    const settle = () => {
      if (frame.error === undefined) waiting?.resolve(frame.value as never);
      else waiting?.reject(new Error(frame.error));
    };
    const { latencyMs } = today.behaviour;
    // Not even a timer on a good day: answers keep their place among the frames.
    if (latencyMs > 0) setTimeout(settle, latencyMs);
    else settle();
  }
}
