import type { Bot, BotFeatures, ChangePayload, InboundPayload, InboundRow, Lead, Message, Turn } from '../src/index.ts';

const at = new Date('2026-03-02T12:00:00.000Z');

export function aBot(given: Partial<Bot> = {}): Bot {
  return {
    id: 'demo',
    workspaceId: '7b0f6d3e-5a53-4d52-9f0e-0f7f6b1a2c3d',
    name: 'Demo bot',
    prompt: 'You are the friendly assistant of a small shop. Answer briefly and help the customer.',
    promptVersion: 1,
    engine: 'sandbox',
    status: 'enabled',
    ownerEmail: 'owner@example.com',
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
    ownNumber: '+15550000001',
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
    ...given,
  };
}

export function someFeatures(given: Partial<BotFeatures> = {}): BotFeatures {
  return {
    botId: 'demo',
    schedulingEnabled: false,
    autoResponseEnabled: true,
    leadCaptureEnabled: true,
    workingHoursEnabled: false,
    workingHoursStart: '09:00',
    workingHoursEnd: '18:00',
    updatedAt: at,
    version: 1,
    ...given,
  };
}

export function aLead(given: Partial<Lead> = {}): Lead {
  return {
    id: 6,
    workspaceId: '7b0f6d3e-5a53-4d52-9f0e-0f7f6b1a2c3d',
    botId: 'demo',
    botName: 'Demo bot',
    contactId: '0d9c5f5e-7a55-4c1e-9a54-6c4c2d1b0a99',
    whatsappNumber: '+5511987654321',
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
    version: 3,
    ...given,
  };
}

export function aMessage(given: Partial<Message> = {}): Message {
  const id = given.id ?? 1;
  return {
    id,
    leadId: 6,
    botId: 'demo',
    seq: id,
    sender: 'customer',
    author: null,
    type: 'text',
    text: 'hi',
    status: 'received',
    statusReason: null,
    clientId: null,
    at: new Date(at.getTime() + id * 1_000),
    editedAt: null,
    revokedAt: null,
    reactions: { customer: null, business: null },
    media: null,
    ...given,
  };
}

/** "C: hi" and "B: hello", in order; ids count from 1. */
export function aTranscript(...lines: readonly string[]): Message[] {
  const senders = { C: 'customer', B: 'bot', V: 'vendor', P: 'phone' } as const;
  return lines.map((line, i) => {
    const sender = senders[line[0] as keyof typeof senders];
    return aMessage({ id: i + 1, sender, text: line.slice(3) });
  });
}

export function aTurn(answer: unknown, given: Partial<Turn> = {}): Turn {
  return {
    id: 1,
    workspaceId: '7b0f6d3e-5a53-4d52-9f0e-0f7f6b1a2c3d',
    leadId: 6,
    turnNo: 1,
    kind: 'reply',
    uptoSeq: 1,
    ownerVersion: 1,
    answer,
    correlationId: 'cid-1',
    deliveredAt: null,
    ...given,
  };
}

export function aRow(given: Partial<InboundPayload> = {}, row: Partial<InboundRow> = {}): InboundRow {
  const payload: InboundPayload = {
    kind: 'message',
    type: 'text',
    text: 'hi',
    at: at.toISOString(),
    fromMe: false,
    pushName: null,
    phone: null,
    lid: null,
    ...given,
  };
  const id = row.id ?? 1n;
  return { id, chatId: 'c', waMessageId: `wa-${id}`, payload, history: false, correlationId: 'cid-1', ...row };
}

/** What became of the message `wa-1`, as a row. */
export function aChange(
  change: Partial<ChangePayload> & Pick<ChangePayload, 'kind'>,
  row: Partial<InboundRow> = {},
): InboundRow {
  const said = { type: 'text', pushName: null, phone: null, lid: null };
  const more = { edit: { text: 'hi' }, revoke: {}, reaction: { emoji: '👍' }, decrypted: { ...said, text: 'hi' } }[
    change.kind
  ];
  const payload = { target: 'wa-1', fromMe: false, at: at.toISOString(), ...more, ...change };
  const id = row.id ?? 2n;
  return { ...aRow({}, { id }), waMessageId: `${change.kind}:${id}`, payload, ...row };
}
