import { type BrowserEventId, browserEvents, socketFrame } from '@wbm/contracts';
import { closeAfterwards, waitFor } from '@wbm/testkit';
import { WebSocket } from 'ws';
import { z } from 'zod';
import type { Gateway } from './a-gateway.ts';

type Seen = { readonly type: string; readonly payload: unknown };

/** A browser on the socket: a real client over a real connection, which remembers each frame. */
export function aBrowser(gateway: Pick<Gateway, 'url'>, cookie?: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/ws`, {
    headers: { ...(cookie === undefined ? {} : { cookie }), ...headers },
  });
  closeAfterwards('browser', () => socket.terminate());
  const frames: (readonly Seen[])[] = [];
  const closed: { code?: number; reason?: string; refused?: number } = {};
  socket.on('message', (raw) => frames.push(socketFrame.parse(JSON.parse(String(raw))).events));
  socket.on('unexpected-response', (_request, answer) => {
    closed.refused = answer.statusCode ?? 0;
    socket.terminate();
  });
  socket.on('error', () => undefined);
  socket.on('close', (code, reason) => Object.assign(closed, { code, reason: String(reason) }));
  const events = () => frames.flat();

  /** Waits for an event and checks its payload against the book. */
  async function event<K extends BrowserEventId>(
    type: K,
    matches: (payload: z.output<(typeof browserEvents)[K]['payload']>) => boolean = () => true,
  ) {
    const schema: z.ZodType<z.output<(typeof browserEvents)[K]['payload']>> = z.any().transform((value) => {
      browserEvents[type].payload.parse(value);
      return value;
    });
    return waitFor(
      () => {
        const payloads = events().filter((seen) => seen.type === type);
        const found = payloads.map((seen) => schema.parse(seen.payload)).find(matches);
        if (found === undefined && Object.keys(closed).length > 0) throw new Error(`closed: ${JSON.stringify(closed)}`);
        return found;
      },
      { what: `${type} in a browser` },
    );
  }
  const over = () =>
    waitFor(() => (closed.code !== undefined || closed.refused !== undefined) && closed, {
      what: 'the socket to be closed',
    });
  return { socket, frames, events, event, over };
}
