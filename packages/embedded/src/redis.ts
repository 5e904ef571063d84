import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { holdDirectory } from './hold-directory.ts';
import { lastLines } from './last-lines.ts';
import { clearLeftover, forgetServer, noteServer } from './leftover.ts';
import { pingRedis } from './ping-redis.ts';
import { recall, remember } from './remembered.ts';
import { type ServerProcess, type StopMode, startServerProcess } from './server-process.ts';

export interface RedisOptions {
  /** The server's own directory: data, configuration, log, password. Created when missing. */
  dir: string;
  /** The port to prefer; the default is the one of the last start. A taken port is replaced by a free one. */
  port?: number;
  /** False leaves out the append-only file: for tests that do not restart the server. Default true. */
  durable?: boolean;
  /** The executable; the default is the one of PATH. */
  command?: string;
}

export interface RedisServer {
  /** `redis://:password@127.0.0.1:port` */
  url: string;
  port: number;
  pid: number;
  /** Resolves when the server is gone, whoever ended it. */
  exited: Promise<void>;
  stop(options?: { mode?: StopMode }): Promise<void>;
  /** Stops time for the server (SIGSTOP): connections stay open and nobody answers. */
  freeze(): void;
  thaw(): void;
}

/** The path of a Redis server (or of Valkey, its free twin) in PATH, or undefined. */
export function findRedisServer(): string | undefined {
  const directories = [
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/sbin',
    '/usr/local/bin',
    '/opt/homebrew/bin',
  ];
  for (const name of ['redis-server', 'valkey-server']) {
    for (const directory of directories.filter(Boolean)) {
      const path = join(directory, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not here.
      }
    }
  }
  return undefined;
}

/**
 * Starts a Redis of our own: loopback only, with a password, append-only file on, evicting nothing.
 * Throws `DirectoryInUse` while another live process serves `dir`, and an error with the end of the server's log
 * when it does not come up.
 */
export async function startRedis(options: RedisOptions): Promise<RedisServer> {
  const dir = resolve(options.dir);
  const command = options.command ?? findRedisServer();
  if (!command)
    throw new Error('There is no redis-server on this machine; install it (Debian: apt-get install redis-server).');
  mkdirSync(dir, { recursive: true });
  const release = holdDirectory(dir, 'a Redis of WhatsApp Bot Manager');
  try {
    await clearLeftover(dir, 'SIGTERM');
    const facts = recall(dir);
    for (let attempt = 1; ; attempt += 1) {
      facts.port = await freePort(attempt === 1 ? (options.port ?? facts.port) : 0);
      const server = await tryStart(command, dir, facts.port, facts.password, options.durable ?? true);
      if (server) {
        remember(dir, facts);
        return present(server, dir, `redis://:${facts.password}@127.0.0.1:${facts.port}`, facts.port, release);
      }
      const log = lastLines(join(dir, 'redis.log'));
      if (attempt === 4 || !/address already in use/i.test(log)) throw new Error(`Redis did not start:\n${log}`);
    }
  } catch (error) {
    release();
    throw error;
  }
}

async function tryStart(command: string, dir: string, port: number, password: string, durable: boolean) {
  const configuration = join(dir, 'redis.conf');
  const logFile = join(dir, 'redis.log');
  rmSync(logFile, { force: true });
  // The password stands in a file only its owner reads; on the command line every user of the machine would see it.
  const lines = [
    'bind 127.0.0.1',
    'protected-mode yes',
    `port ${port}`,
    `requirepass ${password}`,
    `dir "${dir}"`,
    `appendonly ${durable ? 'yes' : 'no'}`,
    'appendfsync everysec',
    'save ""',
    'maxmemory-policy noeviction',
    'daemonize no',
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`, { mode: 0o600 });
  const server = startServerProcess({ command, args: [configuration], logFile, stopSignal: 'SIGTERM' });
  if (server.running()) noteServer(dir, server.pid);
  const began = performance.now();
  // Loading a large append-only file takes time; a server that has given up is seen by its process ending.
  while (performance.now() - began < 60_000) {
    if (await pingRedis(port, password)) return server;
    const gone = await Promise.race([server.exited.then(() => true), wait(30, false)]);
    if (gone) return undefined;
  }
  await server.stop('kill');
  return undefined;
}

function present(server: ServerProcess, dir: string, url: string, port: number, release: () => void): RedisServer {
  void server.exited.then(release);
  return {
    url,
    port,
    pid: server.pid,
    exited: server.exited,
    freeze: () => void process.kill(server.pid, 'SIGSTOP'),
    thaw: () => void process.kill(server.pid, 'SIGCONT'),
    async stop({ mode = 'fast' } = {}) {
      await server.stop(mode);
      forgetServer(dir);
      release();
    },
  };
}
