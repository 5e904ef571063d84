import type { Bot, Lead, Message } from '@wbm/domain';
import type { Conversation } from '../src/ports.ts';

const at = new Date('2026-03-02T10:00:00Z');

const bot: Bot = {
  id: 'demo',
  workspaceId: '7b0f6d3e-5a53-4d52-9f0e-0f7f6b1a2c3d',
  name: 'Corner Shop',
  prompt: 'You are the assistant of a small shop.',
  promptVersion: 1,
  engine: 'sandbox',
  status: 'enabled',
  ownerEmail: 'admin@example.com',
  timeZone: 'UTC',
  quietMs: 4_000,
  maxWaitMs: 20_000,
  qualification: [['name'], ['phone', 'email']],
  version: 1,
  createdAt: at,
  archivedAt: null,
  state: 'ready',
  stateReason: null,
  stateAt: at,
  ownNumber: null,
  qr: null,
  qrExpiresAt: null,
  pairingCode: null,
  progress: null,
  answerAgeMs: 43_200_000,
  historyCapture: true,
  catchUp: null,
  linkedAt: null,
  sendPerMinute: null,
  sendPerDay: null,
  capabilities: {},
  selfTest: null,
};

const lead: Lead = {
  id: 1,
  workspaceId: bot.workspaceId,
  botId: bot.id,
  botName: bot.name,
  contactId: '0d9c5f5e-7a55-4c1e-9a54-6c4c2d1b0a99',
  whatsappNumber: '+351912345678',
  pushName: null,
  name: null,
  email: null,
  location: null,
  phone: null,
  status: 'capturing',
  owner: 'bot',
  ownerVersion: 1,
  assignedTo: null,
  capturedAt: at,
  qualifiedAt: null,
  lastMessageAt: at,
  lastMessage: null,
  waitingSince: null,
  waitingReason: null,
  writeFirst: null,
  version: 1,
};

/** A customer's messages to a bot that has not answered yet. */
export function aConversation(
  texts: readonly string[] = ['hello'],
  kind: Conversation['kind'] = 'reply',
): Conversation {
  const transcript = texts.map(
    (text, index): Message => ({
      id: index + 1,
      leadId: lead.id,
      botId: bot.id,
      seq: index + 1,
      sender: 'customer',
      author: null,
      type: 'text',
      text,
      status: 'received',
      statusReason: null,
      clientId: null,
      editedAt: null,
      revokedAt: null,
      reactions: { customer: null, business: null },
      media: null,
      at,
    }),
  );
  return { bot, lead, transcript, kind };
}
