import { setTimeout as pause } from 'node:timers/promises';
import wweb from 'whatsapp-web.js';

/**
 * A bot as people write one: the library in a process of its own, and nothing done against what may go wrong. It tells
 * its parent what it hears and when it begins with a page, and what its browser's process is.
 */
const [folder = '', options = '{}', onInterrupt = ''] = process.argv.slice(2);
const tell = (event: string, detail: unknown = null) => process.send?.({ event, detail });
const client: wweb.Client & { inject?: () => Promise<void> } = new wweb.Client({
  authStrategy: new wweb.LocalAuth({ clientId: 'bare', dataPath: folder }),
  ...(JSON.parse(options) as object),
});
client.on('qr', () => tell('browser', client.pupBrowser?.process()?.pid));
for (const event of ['qr', 'ready', 'disconnected']) client.on(event, (first: unknown) => tell(event, first));
const inject = client.inject?.bind(client);
client.inject = async () => {
  tell('injects');
  return inject?.();
};
// As every real bot it has something else to do, too.
setInterval(() => undefined, 60_000);
// Its own way to end in order, as long as it is let.
if (onInterrupt === 'ends-in-order') {
  process.on('SIGINT', async () => {
    await client.destroy();
    await pause(500); // It has more to put away than its client.
    tell('ended-in-order');
    process.exit(0);
  });
}
await client.initialize().catch((error: unknown) => tell('refused', String(error)));
