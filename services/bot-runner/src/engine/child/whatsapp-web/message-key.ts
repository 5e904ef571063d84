/** What identifies a message, whatever the page calls the fields it is in. */
export interface MessageKey {
  /** The part that is the same in every chat and on every device. */
  readonly id: string;
  readonly fromMe: boolean;
  /** The chat it is in. */
  readonly chat: string;
}

/** The port takes no longer id or address. An id is the sender's choice, and WhatsApp itself makes none of half that length. */
export const LONGEST_ID = 128;
const WHOLE = /^(true|false)_([^_]+@[^_]+)_([^_]+)(?:_|$)/;

/**
 * The one reader of message ids. WhatsApp has renamed the field that holds the whole key (`_serialized`, then `$1`), so
 * the parts are taken first, and any field that looks like a whole key is the second choice. Null: it is no key, or
 * longer than any that WhatsApp makes.
 */
export function messageKey(raw: unknown): MessageKey | null {
  if (typeof raw === 'string') return wholeKey(raw);
  if (!isRecord(raw)) return null;
  const chat = jidOf(raw.remote);
  if (typeof raw.id === 'string' && raw.id !== '' && typeof raw.fromMe === 'boolean' && chat) {
    return bounded({ id: raw.id, fromMe: raw.fromMe, chat });
  }
  for (const value of Object.values(raw)) {
    const key = typeof value === 'string' ? wholeKey(value) : null;
    if (key) return key;
  }
  return null;
}

/** An address as text, from text or from the page's own form of it. A device's number within the account is dropped. */
export function jidOf(raw: unknown): string | null {
  if (typeof raw === 'string')
    return raw.includes('@') ? raw.replace(/:\d+@/, '@').replace('@s.whatsapp.net', '@c.us') : null;
  if (!isRecord(raw)) return null;
  if (typeof raw.user === 'string' && typeof raw.server === 'string') return jidOf(`${raw.user}@${raw.server}`);
  return (
    Object.values(raw)
      .map((value) => (typeof value === 'string' ? jidOf(value) : null))
      .find(Boolean) ?? null
  );
}

function wholeKey(text: string): MessageKey | null {
  const [, fromMe, chat, id] = WHOLE.exec(text) ?? [];
  return chat && id ? bounded({ id, fromMe: fromMe === 'true', chat }) : null;
}

function bounded(key: MessageKey): MessageKey | null {
  return key.id.length <= LONGEST_ID && key.chat.length <= LONGEST_ID ? key : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
