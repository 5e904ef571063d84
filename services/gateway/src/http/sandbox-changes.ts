import { sandboxEdit, sandboxMessageParams, sandboxReact, sandboxRevoke } from '@wbm/contracts';
import type { SandboxChange } from '@wbm/db';
import { z } from 'zod';
import type { App } from '../app.ts';
import type { Bells } from '../ports.ts';
import { Refused, refusals } from './problems.ts';
import { networkMoved, sandboxBot, withPlus } from './sandbox.ts';
import { type Viewer, viewerOf } from './viewer.ts';

const members = { audience: 'members' } as const;
const asked = { tags: ['sandbox'], params: sandboxMessageParams, response: { 204: z.void() } };
const base = '/api/sandbox/bots/:botId/messages/:messageId';

type Who = { readonly from: string; readonly fromBusiness: boolean };
type Params = z.output<typeof sandboxMessageParams>;

/** What the simulated phones do with messages that were sent: only whoever wrote one edits it or takes it back. */
export async function sandboxChangeRoutes(app: App, { bells }: { readonly bells: Bells }): Promise<void> {
  const change = async (viewer: Viewer, params: Params, who: Who, what: Pick<SandboxChange, 'change' | 'text'>) => {
    const { botId, messageId } = params;
    await sandboxBot(viewer, botId);
    const author = who.fromBusiness ? 'phone' : 'customer';
    const outcome = await viewer.workspace.sandbox.change(botId, {
      phone: withPlus(who.from),
      waMessageId: messageId,
      author,
      ...what,
    });
    if (outcome === 'no-such-message') throw refusals.unknownMessage();
    if (outcome === 'not-the-author')
      throw new Refused('not-the-author', 'Only whoever wrote a message can edit it or take it back.');
    if (outcome === 'taken-back')
      throw new Refused('taken-back', 'This message was taken back; nothing more can be done with it.');
    await networkMoved(bells, viewer, botId);
  };

  app.post(
    `${base}/edit`,
    { config: members, schema: { ...asked, summary: 'Edit a message on a simulated phone', body: sandboxEdit } },
    async (request, reply) => {
      await change(viewerOf(request), request.params, request.body, { change: 'edit', text: request.body.text });
      return reply.code(204).send();
    },
  );

  app.post(
    `${base}/revoke`,
    { config: members, schema: { ...asked, summary: 'Take a message back, for everybody', body: sandboxRevoke } },
    async (request, reply) => {
      await change(viewerOf(request), request.params, request.body, { change: 'revoke', text: '' });
      return reply.code(204).send();
    },
  );

  app.post(
    `${base}/react`,
    {
      config: members,
      schema: { ...asked, summary: 'React to a message; one emoji for each side', body: sandboxReact },
    },
    async (request, reply) => {
      await change(viewerOf(request), request.params, request.body, { change: 'reaction', text: request.body.emoji });
      return reply.code(204).send();
    },
  );
}
