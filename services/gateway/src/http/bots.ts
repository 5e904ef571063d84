import { randomInt } from 'node:crypto';
import {
  botParams,
  botView,
  botWake,
  browserEvents,
  createBot,
  page,
  pairByCode,
  updateBot,
  vendorBotView,
} from '@wbm/contracts';
import type { BotAsk, NewBot } from '@wbm/db';
import { type Bot, type BotState, SELF_TEST_EVERY_MS } from '@wbm/domain';
import { z } from 'zod';
import type { App } from '../app.ts';
import { slugOf } from '../bot-id.ts';
import type { Bells, BotStorage } from '../ports.ts';
import { botViewFor, botViewOf } from '../views/bot-view.ts';
import { Refused, refusals } from './problems.ts';
import { type Viewer, viewerOf } from './viewer.ts';

const eitherView = z.union([botView, vendorBotView]);
const botList = page(eitherView);
const members = { audience: 'members' } as const;
const admins = { audience: 'admins' } as const;
const tags = ['bots'];
const LINKED = new Set<BotState>(['authenticated', 'syncing-history', 'ready', 'reconnecting']);
const UNLINKED = new Set<BotState>(['needs-scan', 'pairing-code', 'needs-passkey', 'logged-out']);

type BotOptions = { readonly bells: Bells; readonly mode: 'embedded' | 'server' };

export async function botRoutes(app: App, { bells, mode }: BotOptions): Promise<void> {
  /** What is wanted changed: the runner that has the bot should look, and so should the browsers. */
  const announce = async ({ workspaceId }: Viewer, botId: string) => {
    await Promise.all([
      bells.ring(botWake, { workspaceId, botId }),
      bells.tell(browserEvents.UPDATE_BOT, { workspaceId, botId }),
    ]);
  };

  /** What a session is asked for is written down; its run carries it out and shows what comes of it. */
  const ask = async (viewer: Viewer, botId: string, asked: BotAsk) => {
    if (!(await viewer.workspace.bots.ask(botId, asked, viewer.email))) throw refusals.archivedBot();
    await announce(viewer, botId);
    return botViewOf(await existing(viewer, botId));
  };

  app.get(
    '/api/bots',
    {
      config: members,
      schema: {
        tags,
        summary: 'The bots of the workspace; vendors see them without QR, pairing code and prompt',
        response: { 200: botList },
      },
    },
    async (request) => {
      const { workspace, role } = viewerOf(request);
      const bots = await workspace.bots.list();
      return { items: bots.map((bot) => botViewFor(role, bot)), nextCursor: null };
    },
  );

  app.post(
    '/api/bots',
    {
      config: admins,
      schema: {
        tags,
        summary: 'Create a bot with default features, and start it',
        body: createBot,
        response: { 201: botView },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const { id, ...wanted } = request.body;
      if (wanted.engine === 'sandbox' && mode !== 'embedded') {
        throw new Refused(
          'engine-not-available',
          'The sandbox engine exists in embedded mode only (npm start). Choose another engine.',
        );
      }
      const bot = await create(viewer.workspace.bots, { ...wanted, ownerEmail: viewer.email }, id);
      await announce(viewer, bot.id);
      return reply.code(201).header('location', `/api/bots/${bot.id}`).send(botViewOf(bot));
    },
  );

  app.get(
    '/api/bots/:botId',
    {
      config: members,
      schema: { tags, summary: 'One bot, deleted ones too', params: botParams, response: { 200: eitherView } },
    },
    async (request) => {
      const { workspace, role } = viewerOf(request);
      const bot = await workspace.bots.get(request.params.botId);
      if (bot === null) throw refusals.unknownBot();
      return botViewFor(role, bot);
    },
  );

  app.patch(
    '/api/bots/:botId',
    {
      config: admins,
      schema: { tags, summary: 'Change a bot', params: botParams, body: updateBot, response: { 200: botView } },
    },
    async (request) => {
      const viewer = viewerOf(request);
      const { botId } = request.params;
      const { version, ...patch } = request.body;
      await existing(viewer, botId);
      const bot = await viewer.workspace.bots.update(botId, patch, version, viewer.email);
      if (bot === 'not-found') throw refusals.unknownBot();
      if (bot === 'stale') throw refusals.stale();
      await announce(viewer, botId);
      return botViewOf(bot);
    },
  );

  app.delete(
    '/api/bots/:botId',
    {
      config: admins,
      schema: {
        tags,
        summary: 'Stop and delete a bot; its leads stay readable',
        params: botParams,
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const { botId } = request.params;
      const { workspace, workspaceId } = viewer;
      const waiting = await workspace.bots.archive(botId, viewer.email);
      // Deleted twice is deleted.
      if (waiting === null && (await workspace.bots.get(botId)) === null) throw refusals.unknownBot();
      const told = (waiting ?? []).map((leadId) => bells.tell(browserEvents.LEAD_UPDATED, { workspaceId, leadId }));
      await Promise.all([announce(viewer, botId), ...told]);
      return reply.code(204).send();
    },
  );

  const orders = {
    start: {
      summary: 'Want the bot running',
      carryOut: (bots: BotStorage, id: string, by: string) => bots.setStatus(id, 'enabled', by),
    },
    stop: {
      summary: 'Want the bot stopped',
      carryOut: (bots: BotStorage, id: string, by: string) => bots.setStatus(id, 'disabled', by),
    },
    restart: {
      summary: 'Begin the session anew; starts a stopped bot',
      carryOut: (bots: BotStorage, id: string, by: string) => bots.restart(id, by),
    },
  };
  for (const [order, { summary, carryOut }] of Object.entries(orders)) {
    app.post(
      `/api/bots/:botId/${order}`,
      { config: admins, schema: { tags, summary, params: botParams, response: { 200: botView } } },
      async (request) => {
        const viewer = viewerOf(request);
        const { botId } = request.params as z.output<typeof botParams>;
        await existing(viewer, botId);
        if (!(await carryOut(viewer.workspace.bots, botId, viewer.email))) throw refusals.archivedBot();
        await announce(viewer, botId);
        return botViewOf(await existing(viewer, botId));
      },
    );
  }

  app.post(
    '/api/bots/:botId/logout',
    {
      config: admins,
      schema: {
        tags,
        summary: 'Unlink the bot from its phone; it then shows a new code to scan',
        params: botParams,
        response: { 200: botView },
      },
    },
    async (request) => {
      const viewer = viewerOf(request);
      const { botId } = request.params;
      if (!LINKED.has((await existing(viewer, botId)).state)) {
        throw new Refused('not-linked', 'Only a bot that is linked to a phone and running can be logged out.');
      }
      return ask(viewer, botId, { ask: 'logout' });
    },
  );

  app.post(
    '/api/bots/:botId/self-test',
    {
      config: admins,
      schema: {
        tags,
        summary: 'Send a text and a small picture to the bot’s own number, once a minute; how it went shows on the bot',
        params: botParams,
        response: { 200: botView },
      },
    },
    async (request) => {
      const viewer = viewerOf(request);
      const { botId } = request.params;
      if ((await existing(viewer, botId)).state !== 'ready') {
        throw new Refused('not-ready', 'Only a bot that is ready can be tested. Start it, or wait until it is.');
      }
      const asked = await viewer.workspace.bots.askForTest(botId, SELF_TEST_EVERY_MS, viewer.email);
      if (asked === 'gone') throw refusals.archivedBot();
      if (asked === 'too-soon') {
        throw new Refused(
          'tested-just-now',
          'This bot is being tested, or was within the last minute. Look at how that went, and test it again in a minute.',
          { retryAfterSeconds: SELF_TEST_EVERY_MS / 1_000 },
        );
      }
      await announce(viewer, botId);
      return botViewOf(await existing(viewer, botId));
    },
  );

  app.post(
    '/api/bots/:botId/pairing-code',
    {
      config: admins,
      schema: {
        tags,
        summary: 'Link the bot by a code typed into the phone instead of a scan; the code shows on the bot',
        params: botParams,
        body: pairByCode,
        response: { 200: botView },
      },
    },
    async (request) => {
      const viewer = viewerOf(request);
      const { botId } = request.params;
      const bot = await existing(viewer, botId);
      if (bot.engine === 'sandbox') {
        throw new Refused('engine-not-available', 'A simulated phone is linked by scanning the code in the sandbox.');
      }
      if (!UNLINKED.has(bot.state)) {
        throw new Refused(
          'not-waiting',
          'A code can be had while the bot shows a QR code. Log it out first, or start it.',
        );
      }
      return ask(viewer, botId, { ask: 'pairing-code', phone: request.body.phone });
    },
  );
}

async function existing({ workspace }: Viewer, botId: string): Promise<Bot> {
  const bot = await workspace.bots.get(botId);
  if (bot === null) throw refusals.unknownBot();
  if (bot.archivedAt !== null) throw refusals.archivedBot();
  return bot;
}

/** An id that was asked for is taken or refused; one made from the name gets another ending until it is free. */
async function create(bots: BotStorage, wanted: Omit<NewBot, 'id'>, asked: string | undefined): Promise<Bot> {
  const slug = slugOf(wanted.name);
  const candidates = asked === undefined ? [slug, ...Array.from({ length: 5 }, () => `${slug}-${ending()}`)] : [asked];
  for (const id of candidates) {
    const bot = await bots.create({ ...wanted, id });
    if (bot !== 'id-taken') return bot;
  }
  throw new Refused(
    'bot-id-taken',
    'A bot with this id exists already. Choose another id, or leave it out to have one made from the name.',
  );
}

function ending(): string {
  return randomInt(36 ** 4)
    .toString(36)
    .padStart(4, '0');
}
