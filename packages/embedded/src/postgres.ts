import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from './free-port.ts';
import { holdDirectory } from './hold-directory.ts';
import { initialiseCluster } from './initialise-cluster.ts';
import { lastLines } from './last-lines.ts';
import { clearLeftover, forgetServer, noteServer } from './leftover.ts';
import { choosePlace, type Place } from './postgres-place.ts';
import { recall, remember } from './remembered.ts';
import { type ServerProcess, type StopMode, startServerProcess } from './server-process.ts';

export interface PostgresOptions {
  /** The server's own directory: data (or the note where it lies instead), port, password. Created when missing. */
  dataDir: string;
  /** The port to prefer; the default is the one of the last start. A taken port is replaced by a free one. */
  port?: number;
  /** The database that `url` names, created when missing. Default `wbm`. */
  database?: string;
  /** False trades safety against power cuts for speed: for tests. Default true. */
  durable?: boolean;
  /** More settings for the server, by their names in postgresql.conf. */
  settings?: Record<string, string>;
}

export interface PostgresServer {
  /** `postgresql://postgres:password@127.0.0.1:port/database`: a superuser, for migrations. */
  url: string;
  port: number;
  pid: number;
  /** Resolves when the server is gone, whoever ended it. */
  exited: Promise<void>;
  /** `discard` also removes the data, wherever it lies, and `dataDir` itself. */
  stop(options?: { mode?: StopMode; discard?: boolean }): Promise<void>;
}

/**
 * Starts a PostgreSQL of our own on the loopback interface and creates the database.
 * Throws `DirectoryInUse` while another live process serves `dataDir`, and an error with the end of the server's log
 * when it does not come up. What a killed process left running or lying about is cleared first.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const dataDir = resolve(options.dataDir);
  const release = holdDirectory(dataDir, 'a Postgres of WhatsApp Bot Manager');
  try {
    const facts = recall(dataDir);
    const place = choosePlace(dataDir, facts, options.durable ?? true);
    remember(dataDir, facts);
    await clearLeftover(place.place, 'SIGINT');
    await initialiseCluster(place, facts.password);
    for (let attempt = 1; ; attempt += 1) {
      facts.port = await freePort(attempt === 1 ? (options.port ?? facts.port) : 0);
      const server = await tryStart(place, facts.port, options);
      if (server) {
        remember(dataDir, facts);
        const base = `postgresql://postgres:${facts.password}@127.0.0.1:${facts.port}`;
        const database = options.database ?? 'wbm';
        await ensureDatabase(`${base}/postgres`, database);
        return present({ server, place, dataDir, url: `${base}/${database}`, port: facts.port, release });
      }
      const log = lastLines(join(place.place, 'postgres.log'));
      // Backends of a killed server hold its shared memory for a moment longer than the server lives.
      const passing = /address already in use|could not bind|shared memory block/i.test(log);
      if (attempt === 6 || !passing) throw new Error(`Postgres did not start:\n${log}`);
      await wait(300 * attempt);
    }
  } catch (error) {
    release();
    throw error;
  }
}

async function tryStart(place: Place, port: number, options: PostgresOptions): Promise<ServerProcess | undefined> {
  const durable = options.durable ?? true;
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    log_min_messages: 'warning',
    // A failing statement's text carries what customers wrote; the log must not.
    log_min_error_statement: 'panic',
    log_parameter_max_length_on_error: '0',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    ...options.settings,
  };
  const logFile = join(place.place, 'postgres.log');
  rmSync(logFile, { force: true });
  const server = startServerProcess({
    command: join(place.native, 'bin', 'postgres'),
    args: [
      '-D',
      place.cluster,
      '-p',
      String(port),
      ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`]),
    ],
    logFile,
    stopSignal: 'SIGINT',
    cwd: place.cluster,
    ...place.user,
  });
  if (server.running()) noteServer(place.place, server.pid);
  const began = performance.now();
  // Recovery after a crash takes as long as it takes; a server that has given up is seen by its process ending.
  while (performance.now() - began < 120_000) {
    if (saysReady(place, server.pid)) return server;
    const gone = await Promise.race([server.exited.then(() => true), wait(30, false)]);
    if (gone) return undefined;
  }
  await server.stop('kill');
  return undefined;
}

/** The eighth line of postmaster.pid is the server's own word on its state; pg_ctl waits for the same. */
function saysReady(place: Place, pid: number): boolean {
  try {
    const lines = readFileSync(join(place.cluster, 'postmaster.pid'), 'utf8').split('\n');
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}

async function ensureDatabase(url: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

interface Presented {
  server: ServerProcess;
  place: Place;
  dataDir: string;
  url: string;
  port: number;
  release: () => void;
}

function present({ server, place, dataDir, url, port, release }: Presented): PostgresServer {
  void server.exited.then(release);
  return {
    url,
    port,
    pid: server.pid,
    exited: server.exited,
    async stop({ mode = 'fast', discard = false } = {}) {
      await server.stop(mode);
      forgetServer(place.place);
      release();
      if (!discard) return;
      for (const folder of [place.place, dataDir]) rmSync(folder, { recursive: true, force: true });
    },
  };
}
