import type { WireMessage } from './wire.ts';

/** The whole key of a message, as the page writes it. */
export function keyOf(message: Pick<WireMessage, 'id' | 'chat' | 'fromMe' | 'author'>): string {
  const parts = [String(message.fromMe), message.chat, message.id];
  if (message.author !== null) parts.push(message.author);
  return parts.join('_');
}
