import fp from 'fastify-plugin';

/** Only files may take long to come: whoever was answered before they said it all is hung up on after a while. */
export const hangUp = fp<{ readonly restMs: number }>(async (app, { restMs }) => {
  app.addHook('onResponse', async ({ raw }) => {
    if (raw.complete || raw.destroyed) return;
    const late = setTimeout(() => raw.destroy(), restMs).unref();
    raw.once('close', () => clearTimeout(late));
  });
});
