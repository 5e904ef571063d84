import websocket from '@fastify/websocket';
import type { Logger } from '@wbm/runtime';
import fp from 'fastify-plugin';

const MAX_INCOMING_BYTES = 4 * 1024;

/**
 * Makes WebSockets out of requests. Registered before whatever may refuse one: a refused upgrade is only hung up on
 * when this plugin saw it first, and a socket nobody hangs up on keeps the server from closing.
 */
export const upgrade = fp<{ readonly log: Logger }>(async (app, { log }) => {
  await app.register(websocket, {
    options: { maxPayload: MAX_INCOMING_BYTES, perMessageDeflate: false },
    // A browser that vanishes or sends too much; ws closes by itself, with the right code.
    errorHandler: (error, socket) => {
      log.debug({ err: error }, 'socket.error');
      socket.close();
    },
    // Goodbyes are said in socket.ts, with their reason.
    preClose: (done) => done(),
  });
});
