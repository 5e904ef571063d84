import { createHash } from 'node:crypto';

/**
 * The id a message will have inside WhatsApp, in the form WhatsApp Web gives its own. Always the same for the same row:
 * a send that is tried again, by this runner or the next, is the same message to WhatsApp and cannot arrive twice. The
 * correlation id makes it differ between installations that happen to use one WhatsApp account one after the other.
 */
export function waMessageIdOf(row: { workspaceId: string; messageId: number; correlationId: string }): string {
  const seed = `${row.workspaceId}/${row.messageId}/${row.correlationId}`;
  return `3EB0${createHash('sha256').update(seed).digest('hex').slice(0, 18).toUpperCase()}`;
}
