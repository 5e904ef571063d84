import { type Bus, openBus } from '@wbm/bus';
import { messageReceive } from '@wbm/contracts';
import type { Database, NewBot, RawMessage } from '@wbm/db';
import { createLog, MetricsRegistry, type ServiceName } from '@wbm/runtime';
import { closeAfterwards } from '../cleanup.ts';
import { freshDatabase, type TestDatabase } from '../fresh-database.ts';
import { type OwnerQuery, ownerQuery } from '../owner-query.ts';
import { redisPrefix, redisUrl } from '../redis.ts';
import { waitFor } from '../wait-for.ts';
import { aRawMessage } from './a-conversation.ts';
import { aNewBot, aWorkspace, type TestWorkspace } from './a-workspace.ts';
import { storesAs } from './stores-as.ts';

export interface Stage extends TestWorkspace {
  /** What every service on this stage gets as environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly database: TestDatabase;
  readonly gateway: Database;
  readonly runner: Database;
  /** As if it were the runner's. */
  readonly bus: Bus;
  readonly query: OwnerQuery;
  aBot(overrides?: Partial<NewBot>): Promise<string>;
  /** As `bus.send`, and again while Redis does not hear: here nobody sweeps. */
  readonly ring: Bus['send'];
  /** Until no bell of this command waits, now or for later, and nobody works on one: what was rung was handled. */
  idle(command: { readonly id: string }): Promise<true>;
  /** What a session does: keeps the raw rows, then rings (or does not). Answers the chat of the last message. */
  hears(botId: string, messages: readonly RawMessage[], options?: { readonly ring?: boolean }): Promise<string>;
  /** The same for texts a customer wrote. */
  says(botId: string, texts: readonly string[], phone?: string): Promise<string>;
}

type StageOptions = { readonly redis?: string; readonly database?: TestDatabase };

/** A database, a Redis prefix, a workspace, and a pretended WhatsApp session: the world that services are started in. */
export async function aStage({ redis = redisUrl(), database: given }: StageOptions = {}): Promise<Stage> {
  const database = given ?? (await freshDatabase());
  const [workspace, gateway, runner] = await Promise.all([
    aWorkspace(database),
    storesAs('gateway', database),
    storesAs('bot-runner', database),
  ]);
  const { workspaceId } = workspace;
  const prefix = redisPrefix();
  const bus = aBus('bot-runner', redis, prefix);

  const stage: Stage = {
    ...workspace,
    env: { DATABASE_URL: database.appUrl, REDIS_URL: redis, REDIS_PREFIX: prefix },
    database,
    gateway,
    runner,
    bus,
    query: ownerQuery(database.ownerUrl),
    async aBot(overrides = {}) {
      const bot = await gateway.workspace(workspaceId).bots.create(aNewBot(overrides));
      if (bot === 'id-taken') throw new Error('the bot’s id is taken');
      return bot.id;
    },
    ring: (...bell) => waitFor(() => bus.send(...bell), { what: 'Redis to hear a bell' }),
    idle: ({ id }) =>
      waitFor(
        async () =>
          (await bus.queues()).some(
            ({ command, waiting, active, delayed }) => command === id && waiting + active + delayed === 0,
          ),
        { what: `all bells of ${id} to be handled` },
      ),
    async hears(botId, messages, { ring = true } = {}) {
      const chats = await runner.workspace(workspaceId).inbound.receive(botId, 1, messages);
      if (ring) for (const { chatId } of chats) await stage.ring(messageReceive, { workspaceId, botId, chatId });
      return chats.at(-1)?.chatId ?? '';
    },
    says: (botId, texts, phone = '+5511987654321') =>
      stage.hears(
        botId,
        texts.map((text) => aRawMessage({ text, phone })),
      ),
  };
  return stage;
}

/** A bus as `service` has it, closed when the test file is over. */
export function aBus(service: ServiceName, redis: string, prefix: string): Bus {
  const log = createLog({ service: `test ${service}`, level: 'fatal' });
  const bus = openBus({ redisUrl: redis, prefix, service, log, metrics: new MetricsRegistry(service) });
  closeAfterwards(`bus of ${service}`, () => bus.close());
  return bus;
}

/** Starts a bus that listens, and waits until it hears: what is told before is lost to it. */
export async function startHearing(bus: Bus): Promise<void> {
  const hearing = new Promise<void>((resolve) => bus.onReconnect(() => resolve()));
  bus.start();
  await hearing;
}
