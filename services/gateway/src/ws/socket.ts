import type { App, AppOptions } from '../app.ts';
import { Refused } from '../http/problems.ts';
import { sessionViewOf } from '../http/session.ts';
import { type Viewer, viewerOf } from '../http/viewer.ts';
import { botViewFor } from '../views/bot-view.ts';
import { type CloseReason, Connection } from './connection.ts';
import { Connections } from './connections.ts';
import { Frames } from './frames.ts';
import { frameBudget, kindOf } from './incoming.ts';

export interface SocketTimings {
  /** How often a socket is asked whether it lives, and whether its session does. */
  readonly heartbeatMs: number;
  readonly batchMs: number;
  readonly maxBufferedBytes: number;
}

const defaults: SocketTimings = { heartbeatMs: 20_000, batchMs: 50, maxBufferedBytes: 1024 * 1024 };
const MAX_INCOMING_PER_SECOND = 20;
const GOODBYE_MS = 1_000;

type SocketOptions = Pick<AppOptions, 'storage' | 'bells' | 'log' | 'metrics' | 'clock' | 'mode' | 'assistant'> & {
  readonly timings: Partial<SocketTimings>;
};

/** `/ws`: INIT, then every event of the workspace that the viewer’s role gets. Each replica hears all news by itself. */
export async function socket(app: App, options: SocketOptions): Promise<void> {
  const { storage, bells, log, metrics, clock } = options;
  const { heartbeatMs, batchMs, maxBufferedBytes } = { ...defaults, ...options.timings };
  const connections = new Connections();
  const frames = new Frames({ storage, connections, log, batchMs });

  metrics.gauge({
    name: 'wbm_sockets',
    help: 'Browsers connected to this gateway.',
    collect: (gauge) => gauge.set(connections.size),
  });
  const received = metrics.counter({
    name: 'wbm_socket_frames_received_total',
    help: 'Frames browsers sent.',
    labels: ['kind'],
  });
  const dropped = metrics.counter({
    name: 'wbm_sockets_closed_total',
    help: 'Sockets closed by us, by reason.',
    labels: ['reason'],
  });

  bells.onNews((told) => {
    if (told.id !== 'INIT') frames.hear({ id: told.id, news: told.news } as Parameters<typeof frames.hear>[0]);
  });
  // Whatever was told while Redis was away is lost, so whoever listened has to load anew.
  bells.onReconnect(() => connections.close('missed'));

  const heart = setInterval(() => void connections.beat(clock, log), heartbeatMs);
  heart.unref();
  app.addHook('preClose', async () => {
    clearInterval(heart);
    connections.close('leaving');
    setTimeout(() => connections.terminate(), GOODBYE_MS).unref();
  });

  app.route({
    method: 'GET',
    url: '/ws',
    exposeHeadRoute: false,
    config: { audience: 'members' },
    schema: { tags: ['live'], summary: 'WebSocket: INIT first, then events as they happen' },
    handler: () => {
      throw new Refused('upgrade-required', 'Open this address as a WebSocket.');
    },
    wsHandler: (socket, request) => {
      const viewer = viewerOf(request);
      const onDropped = (reason: CloseReason) => dropped.inc({ reason });
      const connection = new Connection({ viewer, socket, log, maxBufferedBytes, onDropped });
      const withinBudget = frameBudget(MAX_INCOMING_PER_SECOND, () => clock.monotonicMs());
      socket.on('close', () => connections.remove(connection));
      socket.on('message', (raw) => {
        if (withinBudget()) received.inc({ kind: kindOf(String(raw)) });
        else connection.close('abuse');
      });
      // Added first: what is told while INIT is being read waits behind it.
      connections.add(connection);
      init(viewer, options).then(
        (frame) => connection.begin(frame),
        (err) => {
          log.warn({ err }, 'socket.init-failed');
          connection.close('missed');
        },
      );
    },
  });
}

async function init(viewer: Viewer, installation: SocketOptions): Promise<string> {
  const bots = await viewer.workspace.bots.list();
  const payload = {
    session: sessionViewOf(viewer, installation),
    bots: bots.map((bot) => botViewFor(viewer.role, bot)),
  };
  return JSON.stringify({ events: [{ type: 'INIT', payload }] });
}
