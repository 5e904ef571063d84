import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BotView } from '@wbm/contracts';
import { issueSignInLinks, seedWorkspace } from '@wbm/db';
import {
  closeAfterwards,
  freshDatabase,
  type ModelServer,
  type RunningService,
  redisPrefix,
  redisUrl,
  startService,
  waitFor,
} from '@wbm/testkit';
import { type Api, type Customer, customerOf, signIn } from '../../scripts/demo/api.ts';

type Service = Parameters<typeof startService>[0];

export interface ProductOptions {
  /** Without one the scripted assistant answers. */
  readonly model?: ModelServer;
  readonly database?: { ownerUrl: string; appUrl: string };
  readonly redisUrl?: string;
  readonly runners?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** The five services as processes, on a database of their own. */
export interface Product {
  readonly ownerUrl: string;
  readonly workspaceId: string;
  readonly admin: Api;
  readonly vendor: Api;
  readonly gateway: RunningService;
  readonly runners: readonly RunningService[];
  /** Starts one more process of a service, with the same environment; a runner gets a disk of its own. */
  start(name: Service): Promise<RunningService>;
  service(name: Service): RunningService;
  /** Makes a sandbox bot, scans it, and waits until it is ready. */
  bot(settings?: { id?: string; quietMs?: number; maxWaitMs?: number; prompt?: string }): Promise<BotView>;
  customer(botId: string, phone: string, name?: string): Customer;
  botState(botId: string): Promise<BotView>;
}

const people = [
  { email: 'admin@example.test', name: 'Ada Admin', role: 'admin' as const },
  { email: 'vendor@example.test', name: 'Val Vendor', role: 'vendor' as const },
];

export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const database = options.database ?? (await freshDatabase());
  const dataDir = await mkdtemp(join(tmpdir(), 'wbm-e2e-'));
  closeAfterwards(dataDir, () => rm(dataDir, { recursive: true, force: true }));
  const env = {
    APP_MODE: 'embedded',
    DATABASE_URL: database.appUrl,
    REDIS_URL: options.redisUrl ?? redisUrl(),
    REDIS_PREFIX: redisPrefix(),
    JWT_SECRET: randomBytes(32).toString('hex'),
    PORT: '0',
    HOST: '127.0.0.1',
    DATA_DIR: dataDir,
    BLOB_DIR: join(dataDir, 'blobs'),
    SESSION_KEY: randomBytes(32).toString('hex'),
    GATEWAY_POOL_SIZE: '5',
    BOT_RUNNER_POOL_SIZE: '5',
    AI_WORKER_POOL_SIZE: '5',
    LEAD_WORKER_POOL_SIZE: '5',
    SCHEDULER_POOL_SIZE: '2',
    RATE_LIMIT_PER_MINUTE: '1000000',
    ...(options.model ? { AI_BASE_URL: options.model.baseUrl, AI_API_KEY: 'test-key', AI_MODEL: 'test-model' } : {}),
  };
  const { workspaceId } = await seedWorkspace({ ownerUrl: database.ownerUrl, name: 'Test', members: people });
  const running = new Map<Service, RunningService[]>();
  let runners = 0;
  /** Each runner is a machine of its own, whose disk no other sees. */
  const diskOf = (name: Service) => {
    if (name !== 'bot-runner') return {};
    runners += 1;
    return { DATA_DIR: join(dataDir, `runner-${runners}`) };
  };
  const start = async (name: Service) => {
    const service = await startService(name, { ...env, ...diskOf(name), ...options.env });
    running.set(name, [...(running.get(name) ?? []), service]);
    return service;
  };
  await Promise.all([
    start('gateway'),
    start('lead-worker'),
    start('ai-worker'),
    start('scheduler'),
    ...Array.from({ length: options.runners ?? 1 }, () => start('bot-runner')),
  ]);
  const service = (name: Service) => {
    const found = running.get(name)?.findLast((candidate) => candidate.isRunning());
    if (!found) throw new Error(`no ${name} runs`);
    return found;
  };

  const gateway = service('gateway');
  const tokens = await issueSignInLinks({
    ownerUrl: database.ownerUrl,
    workspaceId,
    emails: people.map((person) => person.email),
    ttlMs: 60_000,
  });
  const [admin, vendor] = await Promise.all(
    people.map((person) => signIn(`http://127.0.0.1:${gateway.facts.port}/auth/link?token=${tokens[person.email]}`)),
  );
  if (!admin || !vendor) throw new Error('nobody could sign in');

  const botState = async (botId: string) => (await admin.get<BotView>(`/api/bots/${botId}`)).body;
  return {
    ownerUrl: database.ownerUrl,
    workspaceId,
    admin,
    vendor,
    gateway,
    get runners() {
      return running.get('bot-runner') ?? [];
    },
    start,
    service,
    botState,
    customer: (botId, phone, name) => customerOf(admin, botId, phone, name),
    async bot(settings = {}) {
      const made = await admin.send<BotView>('POST', '/api/bots', {
        name: settings.id ?? 'Test bot',
        prompt: 'You sell bicycles.',
        ...settings,
      });
      if (made.status !== 201) throw new Error(`the bot was not made: ${JSON.stringify(made.body)}`);
      const { id } = made.body;
      // A runner may take twenty seconds to warm its engines before it takes a bot.
      await waitFor(async () => (await botState(id)).state === 'needs-scan', {
        what: 'the QR code',
        timeoutMs: 90_000,
      });
      const scanned = await admin.send('POST', `/api/sandbox/bots/${id}/scan`);
      if (scanned.status !== 204) throw new Error(`the bot was not scanned: ${JSON.stringify(scanned.body)}`);
      return waitFor(
        async () => {
          const bot = await botState(id);
          return bot.state === 'ready' && bot;
        },
        { what: 'the bot to be ready', timeoutMs: 90_000 },
      );
    },
  };
}
