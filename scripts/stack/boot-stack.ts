import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, holdDirectory } from '@wbm/embedded';
import { findRoot, serviceNames } from '@wbm/runtime';
import { buildDashboard } from './build-dashboard.ts';
import { type Links, makeLinks, prepareDatabase } from './prepare-database.ts';
import { readOrMakeSecrets, writePrivate } from './secrets.ts';
import { startServers } from './servers.ts';
import { runServiceProcess, type ServiceProcess } from './service-process.ts';
import { untilReady } from './until-ready.ts';

export interface StackOptions {
  /** Everything the stack keeps: databases, secrets, logs. Two stacks never share one. */
  dataDir: string;
  /** The gateway's port; 0 takes any free one. */
  port: number;
  /** Settings over the process's environment; services get all of it. */
  env?: NodeJS.ProcessEnv;
  /** Where progress and trouble are told, a line at a time. */
  say?: (line: string) => void;
  /** Leaves the built pages out: `npm run dev` serves them itself. */
  withoutDashboard?: boolean;
  /** Removes `dataDir` at the end: for demonstrations and tests. */
  throwaway?: boolean;
  /** How long the services may take to become ready together; 60 s. */
  startTimeoutMs?: number;
}

export interface Stack {
  baseUrl: string;
  links: Links;
  services: ReadonlyMap<string, ServiceProcess>;
  logDir: string;
  dataDir: string;
  redisUrl: string;
  ownerUrl: string;
  appUrl: string;
  /** Resolves with a sentence when the stack cannot go on (a server of ours died). */
  failed: Promise<string>;
  /** The gateway, the other services, then Redis, then Postgres. Calling it again waits for the same end. */
  stop(): Promise<void>;
}

/**
 * Boots everything `npm start` boots, in embedded mode, and resolves when all five services are ready.
 * Throws one clear error when the port is taken or another stack runs on the data directory; whatever was started
 * until then is stopped again.
 */
export async function bootStack(options: StackOptions): Promise<Stack> {
  const root = findRoot();
  const { dataDir, port } = options;
  const say = options.say ?? (() => undefined);
  const env: NodeJS.ProcessEnv = { ...process.env, ...options.env };
  const closers: (() => void | Promise<void>)[] = [];
  let ending: Promise<void> | undefined;
  const stop = () => {
    ending ??= (async () => {
      for (const close of closers.splice(0).reverse()) await close();
    })();
    return ending;
  };
  try {
    const release = holdDirectory(dataDir, 'another WhatsApp Bot Manager');
    closers.push(() => {
      release();
      if (options.throwaway) rmSync(dataDir, { recursive: true, force: true });
    });
    if (port !== 0 && (await freePort(port)) !== port) {
      throw new Error(`Port ${port} is taken by another program. Choose another one: PORT=${port + 1} npm start`);
    }
    const logDir = join(dataDir, 'logs');
    mkdirSync(logDir, { recursive: true });
    const secrets = readOrMakeSecrets(dataDir);
    const building = options.withoutDashboard ? Promise.resolve() : buildDashboard(root, say);
    building.catch(() => undefined);

    say('Starting Postgres and Redis …');
    const servers = await startServers({
      dataDir,
      env,
      appPassword: secrets.DATABASE_APP_PASSWORD,
      say,
      throwaway: options.throwaway ?? false,
    });
    closers.push(servers.stop);
    await prepareDatabase(servers, logDir);
    await building;

    say('Starting the services …');
    const shared: NodeJS.ProcessEnv = {
      ...env,
      // An empty variable counts as not set, as everywhere.
      JWT_SECRET: env.JWT_SECRET || secrets.JWT_SECRET,
      SESSION_KEY: env.SESSION_KEY || secrets.SESSION_KEY,
      APP_MODE: 'embedded',
      ENV_FILE: 'none',
      DATA_DIR: dataDir,
      DATABASE_URL: servers.appUrl,
      REDIS_URL: servers.redisUrl,
      OPS_PORT: '0',
      PORT: String(port),
    };
    delete shared.DATABASE_OWNER_URL;
    const services = new Map<string, ServiceProcess>();
    for (const name of serviceNames) {
      if (!existsSync(join(root, 'services', name, 'src', 'main.ts'))) continue;
      services.set(name, runServiceProcess({ name, root, env: shared, logDir, say }));
    }
    closers.push(() => stopServices(services));
    await untilReady([...services.values()], options.startTimeoutMs ?? 60_000);

    const baseUrl = `http://localhost:${services.get('gateway')?.facts?.port ?? port}`;
    const running = join(dataDir, 'running.json');
    writePrivate(running, { baseUrl, ownerUrl: servers.ownerUrl, appUrl: servers.appUrl });
    closers.push(() => rmSync(running, { force: true }));
    const links = await makeLinks(servers, baseUrl);
    writePrivate(join(dataDir, 'dev-links.json'), links);
    const { ownerUrl, appUrl, redisUrl, failed } = servers;
    return { baseUrl, links, services, logDir, dataDir, redisUrl, ownerUrl, appUrl, failed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * The gateway first, so that nobody asks for anything more; then, together, those it asked. Each finishes what it
 * holds within its own deadline, and none needs another one for that: what it rings waits in Redis and in the rows.
 */
async function stopServices(services: ReadonlyMap<string, ServiceProcess>): Promise<void> {
  const [gateway, rest] = [services.get('gateway'), [...services.values()].filter(({ name }) => name !== 'gateway')];
  await gateway?.stop();
  await Promise.all(rest.map((service) => service.stop()));
}
