import {
  browserEvents,
  leadParams,
  messagePage,
  messageQuery,
  messageSend,
  messageView,
  postMessage,
} from '@wbm/contracts';
import type { App } from '../app.ts';
import type { Bells } from '../ports.ts';
import { messageViewOf } from '../views/message-view.ts';
import { refuseFileThatCannotLeave } from './files-may-leave.ts';
import { Refused, refusals } from './problems.ts';
import { viewerOf } from './viewer.ts';

const members = { audience: 'members' } as const;
const tags = ['messages'];

export async function messageRoutes(app: App, { bells }: { readonly bells: Bells }): Promise<void> {
  app.get(
    '/api/leads/:leadId/messages',
    {
      config: members,
      schema: {
        tags,
        summary: 'The conversation, newest first',
        params: leadParams,
        querystring: messageQuery,
        response: { 200: messagePage },
      },
    },
    async (request) => {
      const { workspace } = viewerOf(request);
      const { leadId } = request.params;
      const [lead, found] = await Promise.all([
        workspace.leads.get(leadId),
        workspace.messages.list(leadId, request.query),
      ]);
      if (lead === null) throw refusals.unknownLead();
      if (found === 'bad-cursor') throw refusals.badCursor();
      return { items: found.items.map(messageViewOf), nextCursor: found.nextCursor };
    },
  );

  app.post(
    '/api/leads/:leadId/messages',
    {
      config: members,
      schema: {
        tags,
        summary: 'Write to the customer; the chat must be yours',
        description:
          'Answers 201 with the queued message; 200 with the message that is already there when the clientId was used before.',
        params: leadParams,
        body: postMessage,
        response: { 200: messageView, 201: messageView },
      },
    },
    async (request, reply) => {
      const { workspace, workspaceId, email, role } = viewerOf(request);
      const { leadId } = request.params;
      const { text, mediaId = null, clientId = null } = request.body;
      // Before anything is refused: the first post was stored, whatever has changed since.
      const known = clientId === null ? null : await workspace.messages.byClientId(leadId, clientId);
      if (known !== null) return reply.code(200).send(messageViewOf(known));
      if (mediaId !== null) await refuseFileThatCannotLeave(viewerOf(request), leadId, { mediaId, text });
      const posted = await workspace.messages.post({
        leadId,
        author: email,
        force: role === 'admin',
        text,
        mediaId,
        clientId,
        correlationId: request.id,
      });
      switch (posted.outcome) {
        case 'not-found':
          throw refusals.unknownLead();
        case 'bot-has-it':
          throw new Refused('claim-first', 'The bot has this chat. Claim the lead first, then write.');
        case 'not-yours':
          throw new Refused(
            'not-yours',
            `${posted.assignedTo ?? 'A colleague'} has this lead. Ask them to release it, or an admin to assign it to you.`,
          );
      }
      if (posted.outcome === 'bot-deleted') throw refusals.archivedBot();
      if (posted.outcome === 'no-such-media') throw refusals.unknownMedia();
      if (posted.outcome === 'write-first') throw refusals.customerMustWriteFirst(posted.why);
      const { messageId, botId, outcome } = posted;
      if (outcome === 'queued') {
        await Promise.all([
          bells.ring(messageSend, { workspaceId, botId }),
          bells.tell(browserEvents.LEAD_MESSAGE, { workspaceId, leadId, messageId }),
          bells.tell(browserEvents.LEAD_UPDATED, { workspaceId, leadId }),
        ]);
      }
      const [message] = await workspace.messages.get([messageId]);
      if (message === undefined) throw new Error('a message is not there right after it was posted');
      return reply.code(outcome === 'queued' ? 201 : 200).send(messageViewOf(message));
    },
  );
}
