import type { Logger } from '@wbm/runtime';
import type { WebSocket } from 'ws';
import type { Viewer } from '../http/viewer.ts';

/** Why a socket was closed by us; browsers read the number. 4401: sign in again. 1012 and 1013: come back and load anew. */
export const closeCodes = { leaving: 1001, abuse: 1008, missed: 1012, slow: 1013, signedOut: 4401 } as const;
export type CloseReason = keyof typeof closeCodes;

type ConnectionOptions = {
  readonly viewer: Viewer;
  readonly socket: WebSocket;
  readonly log: Logger;
  readonly maxBufferedBytes: number;
  readonly onDropped: (reason: CloseReason) => void;
};

/** One browser's socket. Frames wait until INIT was sent, which is always the first. */
export class Connection {
  readonly viewer: Viewer;
  readonly #options: ConnectionOptions;
  #waiting: string[] | null = [];
  #alive = true;

  constructor(options: ConnectionOptions) {
    this.viewer = options.viewer;
    this.#options = options;
    options.socket.on('pong', () => {
      this.#alive = true;
    });
  }

  /** Sends INIT, then what came meanwhile. */
  begin(init: string): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const frame of [init, ...waiting]) this.send(frame);
  }

  /** A browser that does not keep up is dropped: it loads anew what it missed, which costs less than a queue here. */
  send(frame: string): void {
    if (this.#waiting !== null) {
      this.#waiting.push(frame);
      return;
    }
    const { socket, maxBufferedBytes } = this.#options;
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > maxBufferedBytes) this.drop('slow');
    else socket.send(frame);
  }

  /** Asks whether the browser is there; false when it did not answer the last time. */
  beat(): boolean {
    if (!this.#alive) return false;
    this.#alive = false;
    if (this.#options.socket.readyState === this.#options.socket.OPEN) this.#options.socket.ping();
    return true;
  }

  /** Says goodbye and why. */
  close(reason: CloseReason): void {
    this.#note(reason);
    this.#options.socket.close(closeCodes[reason], reason);
  }

  /** Without a goodbye: whoever does not read would not hear it. */
  drop(reason: CloseReason): void {
    this.#note(reason);
    this.#options.socket.terminate();
  }

  #note(reason: CloseReason): void {
    this.#options.log.debug({ reason, userId: this.viewer.userId }, 'socket.closed-by-us');
    this.#options.onDropped(reason);
  }
}
