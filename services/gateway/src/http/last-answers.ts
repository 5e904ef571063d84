import fp from 'fastify-plugin';

/**
 * While stopping, each answer is the last one of its connection. Connections that idle are closed by the server; one
 * that was busy would be kept alive by the browser, and the server would wait for it.
 */
export const lastAnswers = fp(async (app) => {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
});
