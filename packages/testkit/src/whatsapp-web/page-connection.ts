import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { Trace } from './api.ts';
import type { PageBehaviour } from './behaviour.ts';
import type { PageAskName, PageFrame, ServerFrame } from './wire.ts';

/** How the servers answer a page. Throwing answers with the error's message. */
export type AnswerPage = (page: PageConnection, name: PageAskName, args: unknown) => unknown;

/** One page at the other end of a socket. */
export class PageConnection {
  readonly peerPort: number;
  readonly userAgent: string;
  /** Which tab it is, known after its hello. */
  tab = '';
  synced = false;
  readonly #socket: WebSocket;
  readonly #traced: ((trace: Trace) => void)[] = [];

  constructor(socket: WebSocket, request: IncomingMessage, answer: AnswerPage) {
    this.#socket = socket;
    this.peerPort = request.socket.remotePort ?? 0;
    this.userAgent = request.headers['user-agent'] ?? '';
    socket.on('message', (data) => this.#hear(JSON.parse(String(data)) as PageFrame, answer));
    // A page that is killed resets its connection; `close` follows.
    socket.on('error', () => undefined);
  }

  get open(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  onClose(listener: () => void): void {
    this.#socket.once('close', listener);
  }

  send(frame: ServerFrame): void {
    if (this.open) this.#socket.send(JSON.stringify(frame));
  }

  /** Ends the connection without a word. */
  cut(): void {
    this.#socket.terminate();
  }

  /** Tells the page that its session is in use elsewhere, and ends the connection. */
  sayConflict(): void {
    this.send({ frame: 'conflict' });
    this.#socket.close();
  }

  /** Resolves when the page behaves so, or is gone. */
  async sayBehaviour(behaviour: PageBehaviour): Promise<void> {
    this.send({ frame: 'behave', behaviour });
    // Frames keep their order: who answers the next one has heard this one.
    await this.trace().catch(() => undefined);
  }

  trace(): Promise<Trace> {
    if (!this.open) return Promise.reject(new Error('the page went away'));
    return new Promise((resolve, reject) => {
      this.#traced.push(resolve);
      this.onClose(() => reject(new Error('the page went away')));
      this.send({ frame: 'trace' });
    });
  }

  #hear(frame: PageFrame, answer: AnswerPage): void {
    if (frame.frame === 'traced') {
      for (const resolve of this.#traced.splice(0)) resolve({ read: frame.read, missing: frame.missing });
      return;
    }
    const { n, name, args } = frame;
    try {
      this.send({ frame: 'answer', n, value: answer(this, name, args) });
    } catch (error) {
      this.send({ frame: 'answer', n, value: null, error: error instanceof Error ? error.message : String(error) });
    }
  }
}
