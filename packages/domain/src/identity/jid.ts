import { ourSpelling } from './phone.ts';

export type JidOwner =
  | { readonly kind: 'person'; readonly phone: string | null; readonly lid: string | null }
  | { readonly kind: 'group' | 'broadcast' | 'channel' | 'unknown' };

/**
 * Whose chat a WhatsApp id names. People come as a number (`…@c.us`, `…@s.whatsapp.net`) or as a hidden id (`…@lid`), either
 * with a device part (`:12`) that is not part of the person.
 * A number that no numbering plan knows is still WhatsApp's own id of somebody, so it is kept as it is.
 */
export function parseJid(jid: string): JidOwner {
  const [, user, server] = /^([^@\s]{1,80})@([a-z.]{1,20})$/.exec(jid) ?? [];
  if (user === undefined || server === undefined) return { kind: 'unknown' };
  if (server === 'g.us') return { kind: 'group' };
  if (server === 'broadcast') return { kind: 'broadcast' };
  if (server === 'newsletter') return { kind: 'channel' };
  const digits = /^(\d+)(?:[:_.]\d+)?$/.exec(user)?.[1];
  if (digits === undefined) return { kind: 'unknown' };
  if (server === 'lid' && /^\d{4,24}$/.test(digits)) return { kind: 'person', phone: null, lid: digits };
  if ((server === 'c.us' || server === 's.whatsapp.net') && /^[1-9]\d{5,14}$/.test(digits)) {
    return { kind: 'person', phone: ourSpelling(`+${digits}`), lid: null };
  }
  return { kind: 'unknown' };
}
