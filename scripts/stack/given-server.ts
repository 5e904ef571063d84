import { connect } from 'node:net';

const servers = {
  postgres: { protocols: ['postgres:', 'postgresql:'], port: 5432 },
  redis: { protocols: ['redis:', 'rediss:'], port: 6379 },
} as const;
const patienceMs = 5_000;

/**
 * Makes sure that somebody answers at the address a variable names. Without Redis all services start, wait and look
 * well; a person at the terminal should rather hear at once that the address is wrong. Throws one sentence that says
 * what to do and repeats host and port only, since a URL holds a password.
 */
export async function checkGivenServer(kind: keyof typeof servers, variable: string, url: string): Promise<void> {
  const { protocols, port } = servers[kind];
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !protocols.some((protocol) => protocol === parsed.protocol)) {
    throw new Error(`${variable} must be a URL beginning with ${protocols.map((one) => `${one}//`).join(' or ')}`);
  }
  // A socket in the file system; whoever names one knows what they do.
  if (parsed.hostname === '' || /%2f/i.test(parsed.hostname) || parsed.searchParams.has('host')) return;
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  const at = Number(parsed.port || port);
  if (await answers(host, at)) return;
  throw new Error(
    `Nobody answers at ${parsed.hostname}:${at}, where ${variable} says ${kind === 'redis' ? 'Redis' : 'Postgres'} is. ` +
      `Start that server, mend ${variable}, or leave it out to have a server brought along.`,
  );
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: patienceMs });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => finish(true));
    socket.once('timeout', () => finish(false));
    socket.once('error', () => finish(false));
  });
}
