import type { LeadDetail, TakeoverResult } from '@wbm/contracts';
import {
  assignLead,
  browserEvents,
  leadDetail,
  leadPage,
  leadParams,
  leadQuery,
  replyGenerate,
  takeoverResult,
} from '@wbm/contracts';
import type { Clock } from '@wbm/runtime';
import type { App } from '../app.ts';
import type { Bells } from '../ports.ts';
import { leadDetailOf, leadViewOf } from '../views/lead-view.ts';
import { messageViewOf } from '../views/message-view.ts';
import { botMayAnswer } from './may-answer.ts';
import { Refused, refusals } from './problems.ts';
import { type Viewer, viewerOf } from './viewer.ts';

const members = { audience: 'members' } as const;
const tags = ['leads'];

type LeadOptions = { readonly bells: Bells; readonly clock: Clock };

export async function leadRoutes(app: App, { bells, clock }: LeadOptions): Promise<void> {
  const tellLead = ({ workspaceId }: Viewer, leadId: number) => [
    bells.tell(browserEvents.LEAD_ASSIGNED, { workspaceId, leadId }),
    bells.tell(browserEvents.LEAD_UPDATED, { workspaceId, leadId }),
  ];

  /** From this commit on no bot message is claimed; the answer names the one that may already be leaving. */
  const takeOver = async (
    viewer: Viewer,
    leadId: number,
    assignee: string,
    force: boolean,
  ): Promise<TakeoverResult> => {
    const { workspace, workspaceId } = viewer;
    const taken = await workspace.leads.takeOver(leadId, assignee, { force, by: viewer.email });
    if (taken.outcome === 'not-found') throw refusals.unknownLead();
    if (taken.outcome === 'taken-by-other') {
      throw new Refused(
        'lead-taken',
        `${taken.assignedTo} has this lead. Ask them to release it, or an admin to assign it to you.`,
      );
    }
    if (taken.outcome === 'taken') {
      const cancelled = taken.cancelled.map((messageId) =>
        bells.tell(browserEvents.MESSAGE_STATUS, { workspaceId, leadId, messageId }),
      );
      await Promise.all([...tellLead(viewer, leadId), ...cancelled]);
    }
    const [lead, leaving] = await Promise.all([detail(viewer, leadId), workspace.messages.get(taken.leaving)]);
    return { lead, leaving: leaving.map(messageViewOf) };
  };

  app.get(
    '/api/leads',
    {
      config: members,
      schema: {
        tags,
        summary: 'Leads, whoever wrote last first; with waiting, whoever waits longest',
        querystring: leadQuery,
        response: { 200: leadPage },
      },
    },
    async (request) => {
      const viewer = viewerOf(request);
      const { assignedTo, ...rest } = request.query;
      const assignee = assignedTo === undefined ? {} : { assignedTo: assigneeOf(assignedTo, viewer) };
      const found = await viewer.workspace.leads.list({ ...rest, ...assignee });
      if (found === 'bad-cursor') throw refusals.badCursor();
      return { items: found.items.map(leadViewOf), nextCursor: found.nextCursor };
    },
  );

  app.get(
    '/api/leads/:leadId',
    {
      config: members,
      schema: {
        tags,
        summary: 'One lead, with every value its facts ever had',
        params: leadParams,
        response: { 200: leadDetail },
      },
    },
    (request) => detail(viewerOf(request), request.params.leadId),
  );

  app.post(
    '/api/leads/:leadId/claim',
    {
      config: members,
      schema: {
        tags,
        summary: 'Take the chat over from the bot',
        params: leadParams,
        response: { 200: takeoverResult },
      },
    },
    (request) => {
      const viewer = viewerOf(request);
      return takeOver(viewer, request.params.leadId, viewer.email, false);
    },
  );

  app.post(
    '/api/leads/:leadId/assign',
    {
      config: { audience: 'admins' },
      schema: {
        tags,
        summary: 'Give the chat to a member, whoever has it',
        params: leadParams,
        body: assignLead,
        response: { 200: takeoverResult },
      },
    },
    async (request) => {
      const viewer = viewerOf(request);
      const member = await viewer.workspace.members.byEmail(request.body.to);
      if (member === null)
        throw new Refused(
          'not-a-member',
          'Nobody of this workspace has that e-mail. Choose a member, or invite them first.',
        );
      return takeOver(viewer, request.params.leadId, member.email, true);
    },
  );

  app.post(
    '/api/leads/:leadId/release',
    {
      config: members,
      schema: {
        tags,
        summary: 'Give the chat back to the bot; whoever is owed an answer waits for a person if it may not answer now',
        params: leadParams,
        response: { 200: leadDetail },
      },
    },
    async (request) => {
      const viewer = viewerOf(request);
      const { workspace, workspaceId, email, role } = viewer;
      const { leadId } = request.params;
      const mayAnswer = await botMayAnswer(viewer, leadId, clock.now());
      const released = await workspace.leads.release(leadId, email, { force: role === 'admin', mayAnswer });
      if (released.outcome === 'not-found') throw refusals.unknownLead();
      if (released.outcome === 'not-yours') {
        throw new Refused('not-yours', `${released.assignedTo} has this lead. Only they or an admin can release it.`);
      }
      if (released.outcome === 'released') {
        const due =
          released.replyInMs === null
            ? []
            : [bells.send(replyGenerate, { workspaceId, leadId }, { delayMs: released.replyInMs })];
        await Promise.all([...tellLead(viewer, leadId), ...due]);
      }
      return detail(viewer, leadId);
    },
  );
}

async function detail({ workspace }: Viewer, leadId: number): Promise<LeadDetail> {
  const [lead, fields] = await Promise.all([workspace.leads.get(leadId), workspace.leads.fields(leadId)]);
  if (lead === null) throw refusals.unknownLead();
  return leadDetailOf(lead, fields);
}

function assigneeOf(asked: string, viewer: Viewer): string | null {
  if (asked === 'me') return viewer.email;
  return asked === 'nobody' ? null : asked;
}
