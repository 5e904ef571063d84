import fp from 'fastify-plugin';

/**
 * While stopping, each answer is the last one of its connection. Connections that idle are closed by the server; one
 * that was busy would be kept alive by the browser, and the server would wait for it. When the last request has had
 * its answer, whoever is still connected only sends or reads too slowly, and nobody waits for that.
 */
export const lastAnswers = fp<{ readonly answeredWithinMs: number }>(async (app, { answeredWithinMs }) => {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
    const patience = setTimeout(() => app.server.closeAllConnections(), answeredWithinMs + 500).unref();
    app.server.once('close', () => clearTimeout(patience));
  });
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
});
