import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@wbm/db';
import { type PostgresServer, type RedisServer, startPostgres, startRedis } from '@wbm/embedded';
import { createLog } from '@wbm/runtime';
import { closeAfterwards } from './cleanup.ts';
import type { TestDatabase } from './fresh-database.ts';
import { lastingPort } from './lasting-port.ts';
import { loginOf } from './shared-servers.ts';

/** A server of this test's own. Its address stays the same over stops, kills and starts. */
export interface OwnServer {
  /** An orderly stop; `kill` is a power cut. */
  stop(mode?: 'fast' | 'kill'): Promise<void>;
  start(): Promise<void>;
  /** Connections stay open and nobody answers, until `thaw`. */
  freeze(): void;
  thaw(): void;
}

export interface OwnPostgres extends OwnServer, TestDatabase {}
export interface OwnRedis extends OwnServer {
  readonly url: string;
}

/** A Postgres that a test may restart, kill or freeze, migrated unless `migrated` is false. Takes some seconds. */
export async function ownPostgres({ migrated = true } = {}): Promise<OwnPostgres> {
  const dataDir = await ownFolder('postgres');
  const server = await ownServer(
    (port) => startPostgres({ dataDir, port }),
    // As root the data lie outside of `dataDir`, where nobody would look for them.
    (postgres) => postgres.stop({ discard: true }),
  );
  const urls = { ownerUrl: server.url, appUrl: loginOf(server.url) };
  if (migrated) await migrate({ ...urls, log: createLog({ service: 'test', level: 'warn' }) });
  return { ...server, ...urls };
}

/** A Redis that a test may flush, restart, kill or freeze. Unless `durable` is false, it remembers over all of it. */
export async function ownRedis({ durable = true } = {}): Promise<OwnRedis> {
  const dir = await ownFolder('redis');
  return ownServer(
    (port) => startRedis({ dir, durable, port }),
    (redis) => redis.stop(),
  );
}

async function ownFolder(what: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `wbm-test-${what}-`));
  closeAfterwards(folder, () => rm(folder, { recursive: true, force: true }));
  return join(folder, what);
}

async function ownServer<Server extends PostgresServer | RedisServer>(
  begin: (port: number) => Promise<Server>,
  end: (server: Server) => Promise<void>,
): Promise<OwnServer & { readonly url: string }> {
  let server = await begin(await lastingPort());
  const { url, port } = server;
  closeAfterwards(new URL(url).protocol, () => end(server));
  return {
    url,
    stop: (mode = 'fast') => server.stop({ mode }),
    async start() {
      server = await begin(port);
      if (server.url !== url) throw new Error('the server came back at another address: its port was taken meanwhile');
    },
    freeze: () => signalAll(server.pid, 'SIGSTOP'),
    thaw: () => signalAll(server.pid, 'SIGCONT'),
  };
}

/** The server and, for Postgres, its backends: each of them is a process group of its own. */
function signalAll(pid: number, signal: NodeJS.Signals): void {
  // 0 and below name groups of processes, and -1 every process there is.
  if (!Number.isSafeInteger(pid) || pid <= 1) throw new Error(`not the pid of a server: ${pid}`);
  process.kill(pid, signal);
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=']).toString().trim().split('\n');
  for (const line of lines) {
    const [child, parent] = line.trim().split(/\s+/).map(Number);
    if (parent !== pid || child === undefined || child <= 1) continue;
    try {
      process.kill(child, signal);
    } catch {
      // A backend may have ended since the list was made.
    }
  }
}
