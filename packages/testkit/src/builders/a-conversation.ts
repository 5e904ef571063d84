import { randomBytes } from 'node:crypto';
import type { Database, RawMessage } from '@wbm/db';
import type { Filing, InboundPayload, InboundRow } from '@wbm/domain';

type Said = {
  readonly text: string;
  /** E.164. */
  readonly phone?: string;
  readonly pushName?: string | null;
  readonly fromMe?: boolean;
  readonly history?: boolean;
  readonly waMessageId?: string;
  readonly n?: number;
  readonly at?: Date;
};

let counter = 0;

/** A WhatsApp message as a session reports it, from a customer's number. */
export function aRawMessage({
  text,
  phone = '+5511987654321',
  pushName = 'Maria',
  fromMe = false,
  history = false,
  waMessageId,
  n,
  at,
}: Said): RawMessage {
  counter += 1;
  const payload: InboundPayload = {
    kind: 'message',
    type: 'text',
    text,
    at: (at ?? new Date()).toISOString(),
    fromMe,
    pushName,
    phone,
    lid: null,
  };
  return {
    jid: `${phone.slice(1)}@c.us`,
    waMessageId: waMessageId ?? `wa-${randomBytes(8).toString('hex')}`,
    n: n ?? counter,
    payload,
    history,
    correlationId: `cid-${counter}`,
  };
}

/** The decision to file rows as they are: no facts, and the given turn becomes due. */
export function aFiling(phone: string, rows: readonly InboundRow[], overrides: Partial<Filing> = {}): Filing {
  return {
    contact: { lid: null, phone, pushName: null },
    messages: rows.map(({ id, waMessageId, payload, history, correlationId }) => {
      const { text, at, fromMe } = payload as InboundPayload;
      const filed = { inboundId: String(id), waMessageId, at, history, correlationId };
      return { ...filed, kind: 'message', sender: fromMe ? 'phone' : 'customer', type: 'text', text };
    }),
    facts: { fields: [], values: {}, status: null, waitingReason: null },
    due: 'reply',
    quietMs: 0,
    maxWaitMs: 2_000,
    leadId: null,
    expectedVersion: 0,
    ...overrides,
  };
}

/**
 * Lets a customer say something to a bot, past the engine and the lead-worker: the rows are received as bot-runner and
 * filed as lead-worker. Answers the lead, its chat and the stored messages.
 */
export async function say(
  stores: { readonly runner: Database; readonly leadWorker: Database },
  to: { readonly workspaceId: string; readonly botId: string; readonly epoch?: number },
  texts: readonly string[],
  {
    phone = '+5511987654321',
    history = false,
    ...filing
  }: { readonly phone?: string; readonly history?: boolean } & Partial<Filing> = {},
): Promise<{ leadId: number; chatId: string; messageIds: number[] }> {
  const { workspaceId, botId, epoch = 1 } = to;
  const raw = texts.map((text) => aRawMessage({ text, phone, history }));
  const [chat] = await stores.runner.workspace(workspaceId).inbound.receive(botId, epoch, raw);
  if (chat === undefined) throw new Error('nothing was received');
  const inbound = stores.leadWorker.workspace(workspaceId).inbound;
  const gathered = await inbound.gather(botId, chat.chatId, 100);
  if (gathered === null) throw new Error('the chat is not there');
  const { id: leadId = null, version: expectedVersion = 0 } = gathered.lead ?? {};
  const decision = aFiling(phone, gathered.rows, { leadId, expectedVersion, ...filing });
  const filed = await inbound.file(botId, chat.chatId, decision);
  if (filed.outcome !== 'filed') throw new Error(`filing answered ${filed.outcome}`);
  return { leadId: filed.leadId, chatId: chat.chatId, messageIds: Object.values(filed.messageIds) };
}
