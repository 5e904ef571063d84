import { randomInt } from 'node:crypto';
import type {
  Bot,
  BotState,
  BotStatus,
  Capabilities,
  CatchUpSummary,
  EngineKind,
  QualificationRule,
  SelfTest,
} from '@wbm/domain';
import { z } from 'zod';
import { callForAnswer, json } from '../connection/call-function.ts';
import type { ScopedPrisma } from '../connection/connection.ts';
import type { Scope } from '../connection/scope.ts';
import { ConstraintViolation } from '../errors/constraint-violation.ts';
import { Prisma } from '../generated/client.ts';
import { botRow } from '../rows/bot-row.ts';
import { recordAudit } from './audit.ts';

export type NewBot = {
  readonly id: string;
  readonly name: string;
  readonly prompt: string;
  readonly engine: EngineKind;
  readonly timeZone: string;
  readonly quietMs: number;
  readonly maxWaitMs: number;
  readonly qualification: QualificationRule;
  readonly ownerEmail: string;
};

type Editable = Pick<NewBot, 'name' | 'prompt' | 'timeZone' | 'quietMs' | 'maxWaitMs' | 'qualification'> &
  Pick<Bot, 'answerAgeMs' | 'historyCapture' | 'sendPerMinute' | 'sendPerDay'>;
export type BotPatch = { readonly [K in keyof Editable]?: Editable[K] | undefined };

/** What a session tells of itself. QR, pairing code and progress that are not named are gone. */
export type BotStatePatch = {
  readonly state: BotState;
  readonly reason?: string | null;
  readonly ownNumber?: string | null;
  readonly qr?: string | null;
  readonly qrExpiresAt?: Date | null;
  readonly pairingCode?: string | null;
  /** Percent. */
  readonly progress?: number | null;
};

const botAsk = z.discriminatedUnion('ask', [
  z.object({ ask: z.literal('logout') }),
  /** E.164. */
  z.object({ ask: z.literal('pairing-code'), phone: z.string() }),
  /** A text and a picture to the own number. */
  z.object({ ask: z.literal('self-test') }),
]);
/** What a person may ask of a bot's session beside running or not. */
export type BotAsk = z.output<typeof botAsk>;

/** What was asked of a session that ends is void. */
const nothingAsked = { asked: Prisma.DbNull };

export type ReadingFrom = {
  readonly caughtUpTo: Date | null;
  readonly linkedAt: Date | null;
  readonly answerAgeMs: number;
};

export interface BotStore {
  list(options?: { readonly includeArchived?: boolean }): Promise<Bot[]>;
  /** Archived ones too. */
  get(botId: string): Promise<Bot | null>;
  /** Bot, default features, first prompt, and for the sandbox engine its simulated device, in one transaction. */
  create(bot: NewBot): Promise<Bot | 'id-taken'>;
  update(botId: string, patch: BotPatch, expectedVersion: number, by: string): Promise<Bot | 'stale' | 'not-found'>;
  /** What is wanted of the bot. False: no such bot, or it is archived. */
  setStatus(botId: string, status: BotStatus, by: string): Promise<boolean>;
  /** Asks for a fresh engine; enables the bot. */
  restart(botId: string, by: string): Promise<boolean>;
  /** Asks the session for something. The newest replaces what was asked before; false: no such bot, or it is archived. */
  ask(botId: string, asked: BotAsk, by: string): Promise<boolean>;
  /**
   * Asks for a test with the own number. `too-soon`: one waits already, or was begun less than `everyMs` ago. `gone`: no such
   * bot, or it is archived.
   */
  askForTest(botId: string, everyMs: number, by: string): Promise<'asked' | 'too-soon' | 'gone'>;
  /**
   * Before the test sends anything; from then on it is not asked for any more, so that nobody sends it twice. False: it is not
   * asked for, one was begun less than `everyMs` ago, or the run lost the bot.
   */
  beginSelfTest(botId: string, epoch: number, everyMs: number): Promise<boolean>;
  /** What the session was asked for and nobody has carried out yet. */
  asked(botId: string): Promise<BotAsk | null>;
  /**
   * Where reading the past of that number begins. `caughtUpTo`: everything written before then is stored; null: nothing of
   * this number was ever read. `linkedAt`: since when it is known here, null when it is not yet.
   */
  readingFrom(botId: string, ownNumber: string | null): Promise<ReadingFrom>;
  /** Null leaves the mark, or the summary, as it is. A run that lost the bot changes nothing. */
  setCaughtUpTo(botId: string, epoch: number, at: Date | null, summary?: CatchUpSummary | null): Promise<void>;
  /** All of what the session can do, as its run knows it now. False: nothing changed, or the run lost the bot. */
  setCapabilities(botId: string, epoch: number, capabilities: Capabilities): Promise<boolean>;
  /** How a test with the own number went; null words mean that it went well. */
  setSelfTest(botId: string, epoch: number, faults: Pick<SelfTest, 'text' | 'picture'>): Promise<boolean>;
  /** It was carried out, or cannot be. Something else that was asked meanwhile stays. */
  clearAsked(botId: string, asked: BotAsk): Promise<void>;
  /**
   * Disables the bot and takes it out of lists; its leads stay. What waited to be sent or fetched waits no longer. Answers the
   * leads whose answer that was: they wait for a person now. Null: no such bot, or it is archived already.
   */
  archive(botId: string, by: string): Promise<number[] | null>;
  /** What is. A run that lost the bot changes nothing; false also when nothing changed. */
  setState(botId: string, epoch: number, patch: BotStatePatch): Promise<boolean>;
}

type BotChange = Prisma.BotUpdateManyMutationInput;

export function botStore(scope: Scope): BotStore {
  const { workspaceId } = scope;

  /** One change of a bot that is not archived, with its line in the audit log. */
  const changeWithin = async (prisma: ScopedPrisma, botId: string, data: BotChange, actor: string, action: string) => {
    const { count } = await prisma.bot.updateMany({ where: { id: botId, archivedAt: null }, data });
    if (count === 0) return false;
    await recordAudit(prisma, workspaceId, { actor, action, subject: `bot:${botId}` });
    return true;
  };
  const change = (botId: string, data: BotChange, actor: string, action: string) =>
    scope.within((prisma) => changeWithin(prisma, botId, data, actor, action));

  return {
    list: ({ includeArchived = false } = {}) =>
      scope.within(async (prisma) => {
        const which = includeArchived ? Prisma.empty : Prisma.sql`where b.archived_at is null`;
        return read(prisma, Prisma.sql`${which} order by b.created_at, b.id`);
      }),
    get: (botId) => scope.within((prisma) => readOne(prisma, botId)),
    async create(bot) {
      try {
        return await scope.within((prisma) => insertBot(prisma, workspaceId, bot));
      } catch (error) {
        if (error instanceof ConstraintViolation && error.violates('bots_pkey')) return 'id-taken';
        throw error;
      }
    },
    update: (botId, patch, expectedVersion, by) =>
      scope.within(async (prisma) => {
        const { qualification, ...plain } = patch;
        const { count } = await prisma.bot.updateMany({
          where: { id: botId, archivedAt: null, version: expectedVersion },
          data: {
            ...withoutUndefined(plain),
            ...(qualification ? { qualification: qualification.map((alternatives) => [...alternatives]) } : {}),
            version: { increment: 1 },
          },
        });
        if (count === 0) return (await readOne(prisma, botId)) === null ? 'not-found' : 'stale';
        if (patch.prompt !== undefined) await addPrompt(prisma, workspaceId, botId, patch.prompt, by);
        const changed = Object.keys(withoutUndefined(patch)).join(',');
        await recordAudit(prisma, workspaceId, {
          actor: by,
          action: 'bot.updated',
          subject: `bot:${botId}`,
          details: { changed },
        });
        return (await readOne(prisma, botId)) ?? 'not-found';
      }),
    setStatus: (botId, status, by) =>
      change(botId, status === 'enabled' ? { status } : { status, ...nothingAsked }, by, `bot.${status}`),
    restart: (botId, by) =>
      change(botId, { status: 'enabled', restartNo: { increment: 1 }, ...nothingAsked }, by, 'bot.restarted'),
    ask: (botId, asked, by) => change(botId, { asked }, by, `bot.asked.${asked.ask}`),
    askForTest: (botId, everyMs, by) =>
      scope.within(async (prisma) => {
        const asked = { ask: 'self-test' };
        const begun = { selfTestBegunAt: { gt: new Date(Date.now() - everyMs) } };
        const soon = await prisma.bot.count({ where: { id: botId, OR: [begun, { asked: { equals: asked } }] } });
        if (soon > 0) return 'too-soon';
        return (await changeWithin(prisma, botId, { asked }, by, 'bot.asked.self-test')) ? 'asked' : 'gone';
      }),
    beginSelfTest: (botId, epoch, everyMs) =>
      scope.answer('begin_self_test', { bot: botId, epoch, everyMs }, z.boolean()),
    asked: (botId) =>
      scope.within(async (prisma) => {
        const row = await prisma.bot.findUnique({ where: { id: botId }, select: { asked: true } });
        return botAsk.nullable().parse(row?.asked ?? null);
      }),
    readingFrom: (botId, ownNumber) =>
      scope.within(async (prisma) => {
        const row = await prisma.bot.findUniqueOrThrow({
          where: { id: botId },
          select: { caughtUpTo: true, answerAgeMs: true, ownNumber: true, linkedAt: true },
        });
        // The mark is of the number that was linked then; the state of the new one may not be written yet.
        const another = ownNumber !== null && row.ownNumber !== null && row.ownNumber !== ownNumber;
        const { caughtUpTo, linkedAt, answerAgeMs } = row;
        return another ? { caughtUpTo: null, linkedAt: null, answerAgeMs } : { caughtUpTo, linkedAt, answerAgeMs };
      }),
    setCaughtUpTo: (botId, epoch, at, summary = null) =>
      scope.within(async (prisma) => {
        // A runner whose clock is ahead must not mark as read what is yet to be written.
        const caughtUpTo = at && new Date(Math.min(at.getTime(), (await nowThere(prisma)).getTime()));
        const data = { ...(caughtUpTo ? { caughtUpTo } : {}), ...(summary ? { catchUp: { ...summary } } : {}) };
        await prisma.bot.updateMany({ where: { id: botId, runEpoch: epoch }, data });
      }),
    clearAsked: (botId, asked) =>
      scope.within(async (prisma) => {
        await prisma.bot.updateMany({ where: { id: botId, asked: { equals: asked } }, data: nothingAsked });
      }),
    archive: (botId, by) =>
      scope.within(async (prisma) => {
        const data = { status: 'disabled', archivedAt: new Date(), ...nothingAsked };
        if (!(await changeWithin(prisma, botId, data, by, 'bot.archived'))) return null;
        return callForAnswer(prisma, 'settle_deleted', { workspace: workspaceId, bot: botId }, z.array(z.int()));
      }),
    setState: (botId, epoch, patch) =>
      scope.answer('set_bot_state', { bot: botId, epoch, patch: json(patch) }, z.boolean()),
    setCapabilities: (botId, epoch, capabilities) =>
      scope.answer('set_capabilities', { bot: botId, epoch, capabilities: json(capabilities) }, z.boolean()),
    setSelfTest: (botId, epoch, { text, picture }) =>
      scope.answer('set_self_test', { bot: botId, epoch, textFault: text, pictureFault: picture }, z.boolean()),
  };
}

async function insertBot(prisma: ScopedPrisma, workspaceId: string, bot: NewBot): Promise<Bot> {
  const { qualification, ...plain } = bot;
  await prisma.bot.create({
    data: { ...plain, workspaceId, qualification: qualification.map((alternatives) => [...alternatives]) },
  });
  await prisma.botFeatures.create({ data: { workspaceId, botId: bot.id } });
  await addPrompt(prisma, workspaceId, bot.id, bot.prompt, bot.ownerEmail);
  if (bot.engine === 'sandbox') {
    // Area code 555 is given to nobody.
    const ownNumber = `+1555${String(randomInt(10_000_000)).padStart(7, '0')}`;
    await prisma.sandboxDevice.create({ data: { workspaceId, botId: bot.id, ownNumber } });
  }
  await recordAudit(prisma, workspaceId, { actor: bot.ownerEmail, action: 'bot.created', subject: `bot:${bot.id}` });
  const made = await readOne(prisma, bot.id);
  if (made === null) throw new Error('a bot is not there right after it was made');
  return made;
}

async function addPrompt(prisma: ScopedPrisma, workspaceId: string, botId: string, prompt: string, createdBy: string) {
  const newest = await prisma.botPrompt.aggregate({ where: { botId }, _max: { version: true } });
  await prisma.botPrompt.create({
    data: { workspaceId, botId, prompt, createdBy, version: (newest._max.version ?? 0) + 1 },
  });
}

async function readOne(prisma: ScopedPrisma, botId: string): Promise<Bot | null> {
  return (await read(prisma, Prisma.sql`where b.id = ${botId}`))[0] ?? null;
}

/** As people are shown it: with the codes that link its session, which `app.bot_json` keeps from the workers. */
async function read(prisma: ScopedPrisma, which: Prisma.Sql): Promise<Bot[]> {
  const rows = await prisma.$queryRaw<{ bot: unknown }[]>`
    select app.bot_json(b) || jsonb_build_object(
             'qr', b.qr, 'qrExpiresAt', b.qr_expires_at, 'pairingCode', b.pairing_code) as bot
      from bots b ${which}`;
  return rows.map((row) => botRow.parse(row.bot));
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** By the clock of Postgres, which all runners share. */
async function nowThere(prisma: ScopedPrisma): Promise<Date> {
  const [row] = await prisma.$queryRaw<{ now: Date }[]>`select clock_timestamp() as now`;
  if (!row) throw new Error('Postgres does not say what time it is');
  return row.now;
}
