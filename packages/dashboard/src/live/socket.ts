/** How the connection stands. `down` is said only after it was tried; a page may show it. */
export type LinkState = 'connecting' | 'up' | 'down';

export interface LiveSocket {
  readonly close: () => void;
  /** Tries at once instead of at the end of the pause: the network came back, or the page became visible. */
  readonly hurry: () => void;
}

interface Parts {
  readonly connect: () => WebSocket;
  /** The text of one frame. */
  readonly onFrame: (text: string) => void;
  /** `again` is true for every opening but the first: what was shown may be out of date. */
  readonly onUp: (again: boolean) => void;
  /** `code` is the close code; the gateway closes with 4401 when the session ended. */
  readonly onDown: (failures: number, code: number) => void;
  readonly random?: () => number;
}

const shortestPauseMs = 500;
const longestPauseMs = 20_000;

/** Doubling, with full jitter above a quarter, so that a gateway that restarts is not met by everybody at once. */
export function pauseMs(failures: number, random: () => number): number {
  const ceiling = Math.min(longestPauseMs, shortestPauseMs * 2 ** Math.min(failures, 10));
  return Math.round(ceiling * (0.25 + 0.75 * random()));
}

/** One WebSocket that is always being kept open, until closed. It only carries frames; what they mean is `apply.ts`. */
export function openSocket({ connect, onFrame, onUp, onDown, random = Math.random }: Parts): LiveSocket {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let failures = 0;
  let wasUp = false;
  let closed = false;

  function attempt(): void {
    timer = null;
    const mine = connect();
    socket = mine;
    mine.onopen = () => {
      failures = 0;
      onUp(wasUp);
      wasUp = true;
    };
    mine.onmessage = (event) => {
      if (typeof event.data === 'string') onFrame(event.data);
    };
    mine.onclose = ({ code }) => {
      if (closed || socket !== mine) return;
      socket = null;
      failures += 1;
      onDown(failures, code);
      timer = setTimeout(attempt, pauseMs(failures - 1, random));
    };
  }

  attempt();
  return {
    close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      socket?.close();
    },
    hurry() {
      if (closed || timer === null) return;
      clearTimeout(timer);
      attempt();
    },
  };
}
