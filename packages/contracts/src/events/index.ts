import { messageStatuses } from '@wbm/domain';
import { z } from 'zod';
import { botId, browserEvent, serialId, workspaceId } from '../define.ts';
import {
  botView,
  featuresView,
  leadView,
  messageView,
  sandboxPhone,
  sessionView,
  vendorBotView,
} from '../http/index.ts';

const both = ['admin', 'vendor'] as const;
const ws = '7b0f6d3e-5a53-4d52-9f0e-0f7f6b1a2c3d';
const ofBot = z.object({ workspaceId, botId });
const ofLead = z.object({ workspaceId, leadId: serialId });
const ofMessage = ofLead.extend({ messageId: serialId });
const anyBotView = z.union([botView, vendorBotView]);
const botFixture = [{ workspaceId: ws, botId: 'demo' }];
const leadFixture = [{ workspaceId: ws, leadId: 1 }];
const messageFixture = [{ workspaceId: ws, leadId: 1, messageId: 1 }];

/** The table of the specification first, ours after it. Each row: what travels between services, what a browser gets, and which roles. */
export const browserEvents = {
  INIT: browserEvent({
    id: 'INIT',
    news: z.object({}),
    payload: z.object({ session: sessionView, bots: z.array(anyBotView) }),
    roles: both,
    says: 'First frame of every connection: who you are and the bots you may see. Vendors get bots without QR, pairing code and prompt.',
    fixtures: [{}],
  }),
  UPDATE_BOT: browserEvent({
    id: 'UPDATE_BOT',
    news: ofBot,
    payload: z.object({ bot: anyBotView }),
    roles: both,
    says: 'A bot or its WhatsApp session changed. Vendors get it without QR, pairing code and prompt.',
    fixtures: botFixture,
  }),
  NEW_QUALIFIED_LEAD: browserEvent({
    id: 'NEW_QUALIFIED_LEAD',
    news: ofLead,
    payload: z.object({ lead: leadView }),
    roles: both,
    says: 'A lead met its bot’s qualification rule.',
    fixtures: leadFixture,
  }),
  NEW_MESSAGE_FOR_SALES: browserEvent({
    id: 'NEW_MESSAGE_FOR_SALES',
    news: ofMessage,
    payload: z.object({ lead: leadView, message: messageView }),
    roles: both,
    says: 'A customer wrote in a chat that a person has.',
    fixtures: messageFixture,
  }),
  LEAD_ASSIGNED: browserEvent({
    id: 'LEAD_ASSIGNED',
    news: ofLead,
    payload: z.object({ lead: leadView }),
    roles: both,
    says: 'A lead was claimed, assigned or released.',
    fixtures: leadFixture,
  }),
  MESSAGE_SENT: browserEvent({
    id: 'MESSAGE_SENT',
    news: ofMessage,
    payload: z.object({ message: messageView }),
    roles: both,
    says: 'A vendor’s message left through WhatsApp.',
    fixtures: messageFixture,
  }),
  SCHEDULE_CREATED: browserEvent({
    id: 'SCHEDULE_CREATED',
    news: ofBot.extend({ scheduleId: serialId }),
    payload: z.object({ botId, scheduleId: serialId }),
    roles: ['admin'],
    says: 'A schedule was created.',
    fixtures: [{ workspaceId: ws, botId: 'demo', scheduleId: 1 }],
  }),
  BOT_FEATURES_UPDATED: browserEvent({
    id: 'BOT_FEATURES_UPDATED',
    news: ofBot,
    payload: z.object({ features: featuresView }),
    roles: ['admin'],
    says: 'A bot’s feature flags changed.',
    fixtures: botFixture,
  }),
  LEAD_UPDATED: browserEvent({
    id: 'LEAD_UPDATED',
    news: ofLead,
    payload: z.object({ lead: leadView }),
    roles: both,
    says: 'A lead was created or one of its facts, its stage or its waiting changed.',
    fixtures: leadFixture,
  }),
  LEAD_MESSAGE: browserEvent({
    id: 'LEAD_MESSAGE',
    news: ofMessage,
    payload: z.object({ message: messageView }),
    roles: both,
    says: 'A message was added to a chat, whoever wrote it.',
    fixtures: messageFixture,
  }),
  MESSAGE_STATUS: browserEvent({
    id: 'MESSAGE_STATUS',
    news: ofMessage,
    payload: z.object({
      leadId: serialId,
      messageId: serialId,
      status: z.enum(messageStatuses),
      statusReason: z.string().nullable(),
    }),
    roles: both,
    says: 'A message moved on: sending, sent, delivered, read, or one of the ends a person must see.',
    fixtures: messageFixture,
  }),
  HISTORY_READ: browserEvent({
    id: 'HISTORY_READ',
    news: ofBot,
    payload: z.object({ botId, chats: z.int(), messages: z.int() }),
    roles: both,
    says: 'A bot has read what was written while it did not listen: one summary instead of an alert for each.',
    fixtures: botFixture,
  }),
  SANDBOX_UPDATED: browserEvent({
    id: 'SANDBOX_UPDATED',
    news: ofBot.extend({ chat: z.uuid().nullable(), typing: z.boolean().optional() }),
    payload: z.object({ botId, phone: sandboxPhone.nullable(), typing: z.boolean().optional() }),
    roles: both,
    says: 'Something happened in the simulated network: re-read the phone’s view. With `typing`, only the typing mark changed.',
    fixtures: [{ workspaceId: ws, botId: 'demo', chat: null }],
  }),
} as const;

export type BrowserEvents = typeof browserEvents;
export type BrowserEventId = keyof BrowserEvents;
export type NewsOf<K extends BrowserEventId> = z.output<BrowserEvents[K]['news']>;
export type EventPayloadOf<K extends BrowserEventId> = z.output<BrowserEvents[K]['payload']>;

/** One frame over the socket: events in the order they happened, several when they came in a burst. */
export const socketFrame = z.object({ events: z.array(z.object({ type: z.string(), payload: z.unknown() })) });
export interface SocketEvent<K extends BrowserEventId = BrowserEventId> {
  readonly type: K;
  readonly payload: EventPayloadOf<K>;
}
