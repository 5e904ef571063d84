import type { StrandedSend } from '@wbm/db';
import type { BotBells, BotRows } from '../ports.ts';
import type { Device } from './device.ts';

/** As long as a send may take before it is looked up. */
export const SEND_DEADLINE_MS = 10_000;
/** A session that is busy or just being started again answers the next time; one that never does must not hold a chat. */
const ASKED_TIMES = 5;
const NOBODY_KNOWS = 'WhatsApp did not confirm it. Look at the phone before you send it again.';

type ResolveOptions = {
  readonly rows: Pick<BotRows, 'stranded' | 'mark'>;
  readonly bells: Pick<BotBells, 'messageMoved' | 'leadChanged'>;
  readonly device: Device;
  /** Messages this very run is sending just now. */
  readonly leaving: ReadonlySet<number>;
  /** How often in a row the session did not answer for a message. */
  readonly unasked: Map<number, number>;
};

/**
 * Messages that were claimed and never marked, by an earlier run (whose lease has run out, or we would not have the bot)
 * or by this one: looked up by their WhatsApp id before anything is sent again.
 */
export async function resolveStranded(options: ResolveOptions): Promise<void> {
  const { rows, bells, device, leaving, unasked } = options;
  for (const row of await rows.stranded(SEND_DEADLINE_MS)) {
    if (leaving.has(row.messageId)) continue;
    if (!device.usable()) return;
    const moved = await settle(row, options);
    if (moved) unasked.delete(row.messageId);
    if (moved) bells.messageMoved(row.leadId, row.messageId);
  }
}

async function settle(row: StrandedSend, { rows, bells, device, unasked }: ResolveOptions): Promise<boolean> {
  const found = row.waMessageId === null ? 'unknown' : await device.find(row.chatJid, row.waMessageId);
  if (!device.held()) return false;
  if (found === 'unasked') {
    const times = (unasked.get(row.messageId) ?? 0) + 1;
    unasked.set(row.messageId, times);
    if (times < ASKED_TIMES) return false;
  }
  if (found === 'there') return rows.mark(row.messageId, 'sent');
  if (found === 'absent') return rows.mark(row.messageId, 'queued');
  const moved = await rows.mark(row.messageId, 'unconfirmed', { reason: NOBODY_KNOWS });
  // A reply that may have been lost leaves the customer to a person.
  if (moved) bells.leadChanged(row.leadId);
  return moved;
}
