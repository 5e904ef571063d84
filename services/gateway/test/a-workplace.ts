import { aNewBot, aWorkspace, freshDatabase, say, storesAs, type TestDatabase, type TestWorkspace } from '@wbm/testkit';
import { aGateway, type Caller, caller, type Gateway, signIn } from './a-gateway.ts';

/** A workspace with everybody signed in, and a bot to which a customer has written. */
export interface Workplace {
  readonly workspace: TestWorkspace;
  readonly cookies: { readonly admin: string; readonly vendor: string; readonly otherVendor: string };
  readonly as: {
    readonly admin: Caller;
    readonly vendor: Caller;
    readonly otherVendor: Caller;
    readonly nobody: Caller;
  };
  readonly botId: string;
  readonly leadId: number;
}

let phones = 0;

export async function aWorkplace(gateway: Gateway, database: TestDatabase): Promise<Workplace> {
  const workspace = await aWorkspace(database);
  const { workspaceId } = workspace;
  const cookieOf = (email: string) => signIn(gateway, database, workspaceId, email);
  const cookies = {
    admin: await cookieOf(workspace.admin),
    vendor: await cookieOf(workspace.vendor),
    otherVendor: await cookieOf(workspace.otherVendor),
  };
  const bot = await gateway.stores.workspace(workspaceId).bots.create(aNewBot({ ownerEmail: workspace.admin }));
  if (bot === 'id-taken') throw new Error('two test bots have the same id');
  const leadId = await aLead(database, workspaceId, bot.id);
  return {
    workspace,
    cookies,
    as: {
      admin: caller(gateway, cookies.admin),
      vendor: caller(gateway, cookies.vendor),
      otherVendor: caller(gateway, cookies.otherVendor),
      nobody: caller(gateway),
    },
    botId: bot.id,
    leadId,
  };
}

/** A customer who wrote once, from a number of their own. */
export async function aLead(
  database: TestDatabase,
  workspaceId: string,
  botId: string,
  text = 'Hello, is the flat still free?',
): Promise<number> {
  const stores = await workers(database);
  await holdBot(stores.runner, botId);
  phones += 1;
  const phone = `+55119${String(87_000_000 + phones)}`;
  const { leadId } = await say(stores, { workspaceId, botId, epoch: await epochOf(stores.runner, botId) }, [text], {
    phone,
  });
  return leadId;
}

type Stores = Awaited<ReturnType<typeof workers>>;
const opened = new Map<
  string,
  Promise<{ runner: Awaited<ReturnType<typeof storesAs>>; leadWorker: Awaited<ReturnType<typeof storesAs>> }>
>();

/** The other services' stores on the same database, opened once a test file. */
export async function workers(database: TestDatabase) {
  const known = opened.get(database.appUrl);
  if (known) return known;
  const made = Promise.all([storesAs('bot-runner', database), storesAs('lead-worker', database)]).then(
    ([runner, leadWorker]) => ({ runner, leadWorker }),
  );
  opened.set(database.appUrl, made);
  return made;
}

const RUNNER = '00000000-0000-4000-8000-000000000001';

/** A runner that takes every bot, so that what its session says counts. */
async function holdBot(runner: Stores['runner'], _botId: string): Promise<void> {
  await runner.fleet.beat(RUNNER, 'test', 100, false, 600_000);
  await runner.fleet.take(RUNNER, 100);
}

export async function epochOf(runner: Stores['runner'], botId: string): Promise<number> {
  const held = await runner.fleet.beat(RUNNER, 'test', 100, false, 600_000);
  const bot = held.find((one) => one.botId === botId);
  if (bot === undefined) throw new Error(`nobody runs ${botId}`);
  return bot.runEpoch;
}

export async function aPlace(overrides: Parameters<typeof aGateway>[1] = {}) {
  const database = await freshDatabase();
  const gateway = await aGateway(database, overrides);
  return { database, gateway, here: await aWorkplace(gateway, database) };
}
