import { createServer } from 'node:net';

/**
 * A port of the loopback interface nobody listens on at this moment: `wanted` if it is free, otherwise any. Free means
 * on both of its addresses: browsers try `localhost` on either, and would find somebody else behind our own link.
 */
export async function freePort(wanted = 0): Promise<number> {
  return (await tryPort(wanted)) ?? (await tryPort(0)) ?? wanted;
}

async function tryPort(port: number): Promise<number | undefined> {
  const found = await listenBriefly('127.0.0.1', port);
  if (typeof found === 'string') return undefined;
  // A machine without IPv6 refuses with another code, and nobody can be there.
  return (await listenBriefly('::1', found)) === 'EADDRINUSE' ? undefined : found;
}

/** The port, or the code of the error that kept us from it. */
function listenBriefly(host: string, port: number): Promise<number | string> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.name));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const taken = typeof address === 'object' && address ? address.port : port;
      server.close(() => resolve(taken));
    });
  });
}
