import { randomBytes } from 'node:crypto';
import {
  botParams,
  browserEvents,
  type SandboxMessage,
  sandboxChat,
  sandboxChatParams,
  sandboxPost,
  sandboxPosted,
  sandboxWake,
} from '@wbm/contracts';
import type { PhoneMessage } from '@wbm/db';
import { z } from 'zod';
import type { App } from '../app.ts';
import type { Bells } from '../ports.ts';
import { Refused, refusals } from './problems.ts';
import { type Viewer, viewerOf } from './viewer.ts';

const members = { audience: 'members' } as const;
const tags = ['sandbox'];

/** The simulated phones: what a customer, or somebody with the business's own phone, would do with WhatsApp. */
export async function sandboxRoutes(app: App, { bells }: { readonly bells: Bells }): Promise<void> {
  const wake = ({ workspaceId }: Viewer, botId: string) => bells.ring(sandboxWake, { workspaceId, botId });

  app.post(
    '/api/sandbox/bots/:botId/scan',
    {
      config: members,
      schema: { tags, summary: 'Scan the QR code the bot shows', params: botParams, response: { 204: z.void() } },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const { botId } = request.params;
      const { sandbox } = viewer.workspace;
      await sandboxBot(viewer, botId);
      const device = await sandbox.device(botId);
      // Scanned twice is scanned.
      if (device?.linkedAt == null) {
        if (device?.ref == null || !(await sandbox.link(botId, device.ref))) {
          throw new Refused(
            'no-qr',
            'The bot shows no QR code right now. Start it, and scan when its state is needs-scan.',
          );
        }
        await networkMoved(bells, viewer, botId);
      }
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/sandbox/bots/:botId/messages',
    {
      config: members,
      schema: {
        tags,
        summary: 'Write to the bot as a customer, or with fromBusiness as the business itself',
        description: 'Answers 201; 200 when a message with this id is already there.',
        params: botParams,
        body: sandboxPost,
        response: { 200: sandboxPosted, 201: sandboxPosted },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const { botId } = request.params;
      const { from, fromBusiness, id = newMessageId(), text, name, lid, media } = request.body;
      await sandboxBot(viewer, botId);
      const message = {
        phone: withPlus(from),
        waMessageId: id,
        author: fromBusiness ? 'phone' : 'customer',
        text,
        name,
        lid,
        mediaId: media,
      } as const;
      const posted = await viewer.workspace.sandbox.post(botId, message);
      if (posted === 'no-such-bot') throw refusals.unknownBot();
      if (posted === 'no-such-media') throw refusals.unknownMedia();
      await networkMoved(bells, viewer, botId);
      return reply.code(posted.duplicate ? 200 : 201).send(posted);
    },
  );

  app.get(
    '/api/sandbox/bots/:botId/chats/:phone/messages',
    {
      // Looking is what marks messages as read, so only a real look counts.
      exposeHeadRoute: false,
      config: members,
      schema: {
        tags,
        summary: 'What the customer’s phone shows; looking marks it as read',
        params: sandboxChatParams,
        response: { 200: sandboxChat },
      },
    },
    async (request) => {
      const viewer = viewerOf(request);
      const { botId } = request.params;
      const { sandbox } = viewer.workspace;
      const phone = withPlus(request.params.phone);
      await sandboxBot(viewer, botId);
      const read = await sandbox.markRead(botId, phone);
      if (read.length > 0) await wake(viewer, botId);
      const chat = await sandbox.chat(botId, phone);
      const items = chat?.items ?? [];
      return { items: items.map(phoneMessageOf), typing: chat?.typing ?? false };
    },
  );
}

/** Somebody did something in the simulated network: the bot's device has to hear of it, and the phones to show it. */
export async function networkMoved(bells: Bells, { workspaceId }: Viewer, botId: string): Promise<void> {
  await Promise.all([
    bells.ring(sandboxWake, { workspaceId, botId }),
    bells.tell(browserEvents.SANDBOX_UPDATED, { workspaceId, botId, chat: null }),
  ]);
}

function phoneMessageOf({ at, editedAt, revokedAt, ...same }: PhoneMessage): SandboxMessage {
  return {
    ...same,
    at: at.toISOString(),
    editedAt: editedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}

export async function sandboxBot({ workspace }: Viewer, botId: string): Promise<void> {
  const bot = await workspace.bots.get(botId);
  if (bot === null) throw refusals.unknownBot();
  if (bot.engine !== 'sandbox')
    throw new Refused(
      'not-a-sandbox-bot',
      'This bot is linked to the real WhatsApp. Use a bot with the sandbox engine to try things out.',
    );
}

export function withPlus(phone: string): string {
  return phone.startsWith('+') ? phone : `+${phone}`;
}

/** As WhatsApp’s own ids look. */
function newMessageId(): string {
  return `3EB0${randomBytes(9).toString('hex').toUpperCase()}`;
}
