import { setTimeout as pause } from 'node:timers/promises';
import type { DueSend } from '@wbm/db';
import { typingMs } from '@wbm/domain';
import type { SendOutcome } from '../engine/port.ts';
import type { BotBells, BotRows } from '../ports.ts';
import type { Device } from './device.ts';
import { waMessageIdOf } from './wa-message-id.ts';

const MOST_ATTEMPTS = 8;
const RETRY_MS = 2_000;

export interface SendOptions {
  readonly workspaceId: string;
  readonly rows: Pick<BotRows, 'claim' | 'mark'>;
  readonly bells: Pick<BotBells, 'messageMoved' | 'vendorMessageSent'>;
  readonly device: Device;
  readonly onSent: (seconds: number) => void;
}

/**
 * Sends one message of a chat: typing first, then the claim, then at once the message itself, under an id chosen before
 * the claim. `moved`: the chat's next message may follow now. `stays`: look again later. What nobody knows stays
 * `sending`, to be looked up by its id.
 */
export async function sendOne(due: DueSend, options: SendOptions): Promise<'moved' | 'stays'> {
  const { rows, bells, device } = options;
  if (due.sender === 'bot') await showTyping(due, device);
  if (!device.usable()) return 'stays';

  const waMessageId = waMessageIdOf({ workspaceId: options.workspaceId, ...due });
  const beganMs = performance.now();
  const claim = await rows.claim(due.messageId, waMessageId);
  if (claim === 'cancelled') bells.messageMoved(due.leadId, due.messageId);
  if (claim !== 'sending') return claim === 'cancelled' ? 'moved' : 'stays';

  const outcome = await attempt(due, device, waMessageId);
  // Without the lease another runner may be at this row already, and what we know is too old to be written.
  if (outcome.outcome === 'unknown' || !device.held()) return 'stays';
  await mark(due, outcome, rows);
  bells.messageMoved(due.leadId, due.messageId);
  if (outcome.outcome === 'not-sent') return 'stays';
  if (outcome.outcome === 'sent') {
    if (due.sender === 'vendor') bells.vendorMessageSent(due.leadId, due.messageId);
    options.onSent((performance.now() - beganMs) / 1_000);
  }
  return 'moved';
}

async function showTyping(due: DueSend, device: Device): Promise<void> {
  const ms = typingMs(due.text);
  await device.type(due.chatJid, ms);
  await pause(ms, undefined, { signal: device.ending }).catch(() => undefined);
}

async function attempt(due: DueSend, device: Device, waMessageId: string): Promise<SendOutcome> {
  if (due.attempts >= MOST_ATTEMPTS)
    return { outcome: 'refused', reason: 'It could not be sent after several tries.', why: 'other' };
  if (!device.held()) return { outcome: 'unknown' };
  return device.send({ jid: due.chatJid, text: due.text, waMessageId });
}

function mark(due: DueSend, outcome: Exclude<SendOutcome, { outcome: 'unknown' }>, rows: SendOptions['rows']) {
  switch (outcome.outcome) {
    case 'sent':
      return rows.mark(due.messageId, 'sent');
    case 'refused':
      return rows.mark(due.messageId, 'failed', { reason: outcome.reason });
    case 'not-sent':
      return rows.mark(due.messageId, 'queued', { retryMs: RETRY_MS });
  }
}
