import { setTimeout as pause } from 'node:timers/promises';
import type { DueSend, Refusal } from '@wbm/db';
import { typingMs } from '@wbm/domain';
import type { SendOutcome } from '../engine/port.ts';
import type { BotBells, BotRows } from '../ports.ts';
import type { Device } from './device.ts';
import { waMessageIdOf } from './wa-message-id.ts';

const MOST_ATTEMPTS = 8;
const RETRY_MS = 2_000;

export interface SendOptions {
  readonly workspaceId: string;
  readonly rows: Pick<BotRows, 'claim' | 'mark' | 'refuse'>;
  readonly bells: Pick<BotBells, 'messageMoved' | 'vendorMessageSent' | 'leadChanged' | 'changed'>;
  readonly device: Device;
  readonly onSent: (seconds: number) => void;
  readonly onHeld: (count: number) => void;
  readonly onRefused: (why: Refusal['why']) => void;
}

/**
 * Sends one message of a chat: typing first, then the claim, then at once the message itself, under an id chosen before
 * the claim. `moved`: the lane should look again now. `stays`: look again later. What nobody knows stays
 * `sending`, to be looked up by its id.
 */
export async function sendOne(due: DueSend, options: SendOptions): Promise<'moved' | 'stays'> {
  const { rows, bells, device } = options;
  if (due.sender === 'bot') await showTyping(due, device);
  if (!device.usable()) return 'stays';

  const waMessageId = waMessageIdOf({ workspaceId: options.workspaceId, ...due });
  const beganMs = performance.now();
  const claim = await rows.claim(due.messageId, waMessageId);
  if (claim === 'held') options.onHeld(1);
  if (claim === 'cancelled' || claim === 'held') bells.messageMoved(due.leadId, due.messageId);
  // A reply that became too old leaves the customer to a person.
  if (claim === 'cancelled') bells.leadChanged(due.leadId);
  if (claim !== 'sending') return claim === 'cancelled' || claim === 'held' ? 'moved' : 'stays';

  const outcome = await attempt(due, device, waMessageId);
  // Without the lease another runner may be at this row already, and what we know is too old to be written.
  if (outcome.outcome === 'unknown' || !device.held()) return 'stays';
  await mark(due, outcome, options);
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
  return device.send({ jid: due.chatJid, text: due.text, waMessageId, media: due.media });
}

async function mark(due: DueSend, outcome: Exclude<SendOutcome, { outcome: 'unknown' }>, options: SendOptions) {
  switch (outcome.outcome) {
    case 'sent':
      return void (await options.rows.mark(due.messageId, 'sent'));
    case 'refused':
      return refuse(due, outcome, options);
    case 'not-sent':
      return void (await options.rows.mark(due.messageId, 'queued', { retryMs: RETRY_MS }));
  }
}

/** What WhatsApp refused is not tried again, nor is what else waits for a person it takes nothing for. */
async function refuse({ leadId, messageId }: DueSend, refusal: Refusal, { rows, bells, onRefused }: SendOptions) {
  const { cancelled } = await rows.refuse(messageId, { reason: refusal.reason, why: refusal.why });
  onRefused(refusal.why);
  for (const id of cancelled) bells.messageMoved(leadId, id);
  bells.leadChanged(leadId);
  bells.changed();
}
