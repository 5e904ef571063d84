import { setTimeout as pause } from 'node:timers/promises';
import type { DueSend, Refusal } from '@wbm/db';
import { mayBeSent, sendRetryMs, typingMs } from '@wbm/domain';
import type { SendOutcome } from '../engine/port.ts';
import type { Place } from '../media/media-files.ts';
import type { BotBells, BotRows } from '../ports.ts';
import type { Device } from './device.ts';
import { waMessageIdOf } from './wa-message-id.ts';

const GIVEN_UP: Refusal = { reason: 'It could not be sent after several tries.', why: 'other' };
const FILE_GONE: Refusal = { reason: 'The file is not there any more. Upload it again.', why: 'media' };

/** When a file that could not be read is asked for again. */
const FILE_LATER_MS = 15_000;

/** A copy of the file that goes with a message; null when none does. */
type Copy = Place | 'gone' | null;

export interface SendOptions {
  readonly workspaceId: string;
  readonly rows: Pick<BotRows, 'claim' | 'mark' | 'putOff' | 'refuse'>;
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
  const { device } = options;
  if (due.sender === 'bot') await showTyping(due, device);
  // Before the claim: each claim is one of the message's tries, and that its file cannot be had now is no fault of it.
  const copy = due.media && (await device.lend(due.media.id));
  if (copy === 'later') {
    await options.rows.putOff(due.messageId, FILE_LATER_MS);
    return 'moved';
  }
  try {
    return device.usable() ? await claimAndSend(due, copy, options) : 'stays';
  } finally {
    if (copy !== null && copy !== 'gone') await copy.remove();
  }
}

async function claimAndSend(due: DueSend, copy: Copy, options: SendOptions): Promise<'moved' | 'stays'> {
  const { rows, bells, device } = options;
  const waMessageId = waMessageIdOf({ workspaceId: options.workspaceId, ...due });
  const beganMs = performance.now();
  const claim = await rows.claim(due.messageId, waMessageId);
  if (claim === 'held') options.onHeld(1);
  if (claim === 'cancelled' || claim === 'held') bells.messageMoved(due.leadId, due.messageId);
  // A reply that became too old leaves the customer to a person.
  if (claim === 'cancelled') bells.leadChanged(due.leadId);
  if (claim !== 'sending') return claim === 'cancelled' || claim === 'held' ? 'moved' : 'stays';

  const outcome = await attempt(due, copy, device, waMessageId);
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

async function attempt(due: DueSend, copy: Copy, device: Device, waMessageId: string): Promise<SendOutcome> {
  if (!mayBeSent(due.attempts)) return { outcome: 'refused', ...GIVEN_UP };
  if (copy === 'gone') return { outcome: 'refused', ...FILE_GONE };
  if (!device.held()) return { outcome: 'unknown' };
  const { chatJid: jid, text, media } = due;
  const file = media && copy && { path: copy.path, kind: media.kind, mimeType: media.mimeType, name: media.name };
  const outcome = await device.send({ jid, text, waMessageId, media: file });
  const mayAgain = outcome.outcome !== 'not-sent' || mayBeSent(due.attempts + 1);
  return mayAgain ? outcome : { outcome: 'refused', ...GIVEN_UP };
}

async function mark(due: DueSend, outcome: Exclude<SendOutcome, { outcome: 'unknown' }>, options: SendOptions) {
  switch (outcome.outcome) {
    case 'sent':
      return void (await options.rows.mark(due.messageId, 'sent'));
    case 'refused':
      return refuse(due, outcome, options);
    case 'not-sent':
      return void (await options.rows.mark(due.messageId, 'queued', { retryMs: retryMsOf(due) }));
  }
}

const retryMsOf = ({ attempts }: DueSend) => sendRetryMs(attempts + 1, Math.random());

/** What WhatsApp refused is not tried again, nor is what else waits for a person it takes nothing for. */
async function refuse({ leadId, messageId }: DueSend, refusal: Refusal, { rows, bells, onRefused }: SendOptions) {
  const { cancelled } = await rows.refuse(messageId, { reason: refusal.reason, why: refusal.why });
  onRefused(refusal.why);
  for (const id of cancelled) bells.messageMoved(leadId, id);
  bells.leadChanged(leadId);
  bells.changed();
}
