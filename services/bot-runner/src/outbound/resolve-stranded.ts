import type { StrandedSend } from '@wbm/db';
import type { BotBells, BotRows } from '../ports.ts';
import type { Device } from './device.ts';

/** As long as a send may take before it is looked up. */
export const SEND_DEADLINE_MS = 10_000;
const NOBODY_KNOWS = 'WhatsApp did not confirm it. Look at the phone before you send it again.';

type ResolveOptions = {
  readonly rows: Pick<BotRows, 'stranded' | 'mark'>;
  readonly bells: Pick<BotBells, 'messageMoved'>;
  readonly device: Device;
  /** Messages this very run is sending just now. */
  readonly leaving: ReadonlySet<number>;
};

/**
 * Messages that were claimed and never marked, by an earlier run (whose lease has run out, or we would not have the bot)
 * or by this one: looked up by their WhatsApp id before anything is sent again.
 */
export async function resolveStranded({ rows, bells, device, leaving }: ResolveOptions): Promise<void> {
  for (const row of await rows.stranded(SEND_DEADLINE_MS)) {
    if (leaving.has(row.messageId)) continue;
    if (!device.usable()) return;
    const moved = await settle(row, rows, device);
    if (moved) bells.messageMoved(row.leadId, row.messageId);
  }
}

async function settle(row: StrandedSend, rows: ResolveOptions['rows'], device: Device): Promise<boolean> {
  const found = row.waMessageId === null ? 'unknown' : await device.find(row.chatJid, row.waMessageId);
  if (!device.held()) return false;
  if (found === 'there') return rows.mark(row.messageId, 'sent');
  if (found === 'absent') return rows.mark(row.messageId, 'queued');
  return rows.mark(row.messageId, 'unconfirmed', { reason: NOBODY_KNOWS });
}
