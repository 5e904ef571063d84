import { createHash } from 'node:crypto';
import type { RawMessage } from '@wbm/db';
import { type AnyInboundPayload, changePayload } from '@wbm/domain';
import type { EngineEvent } from '../engine/port.ts';
import { LONGEST_TEXT, type Normalised, normalise, storable } from './normalise.ts';

/** What became of a message after it was told. */
export type ChangeEvent = Extract<EngineEvent, { event: 'edit' | 'revoke' | 'reaction' | 'decrypted' }>;

const LONGEST_EMOJI = 64;
const kinds: ReadonlySet<string> = new Set<ChangeEvent['event']>(['edit', 'revoke', 'reaction', 'decrypted']);

export function isChange(event: EngineEvent): event is ChangeEvent {
  return kinds.has(event.event);
}

/** An id of the change itself: told twice it is one change, and an edit back to what was there before is another one. */
export function changeIdOf(event: ChangeEvent): string {
  if (event.event === 'decrypted') return `decrypted:${event.message.waMessageId}`;
  const what = {
    edit: () => [event.at, 'text' in event && event.text],
    revoke: () => [],
    reaction: () => [event.at, 'emoji' in event && event.emoji],
  }[event.event]();
  const hash = createHash('sha256').update(JSON.stringify([event.fromMe, ...what]));
  return `${event.event}:${event.waMessageId}:${hash.digest('hex').slice(0, 16)}`;
}

/**
 * The chat it happened in, and the id under which it was heard there as new: what was decrypted late is heard as the message
 * it is, which may be older than the session; then null.
 */
export function placeOf(event: ChangeEvent): { readonly chat: string; readonly heardAs: string | null } {
  if (event.event === 'decrypted') {
    const { jid, waMessageId, history } = event.message;
    return { chat: jid, heardAs: history ? null : waMessageId };
  }
  return { chat: event.jid, heardAs: changeIdOf(event) };
}

/** A change in the form the rows keep. */
export function normaliseChange(event: ChangeEvent): Normalised<AnyInboundPayload> {
  if (event.event === 'decrypted') {
    const message = normalise(event.message);
    if (!message.ok) return message;
    return { ok: true, payload: { ...message.payload, kind: 'decrypted', target: event.message.waMessageId } };
  }
  const { waMessageId: target, fromMe, at } = event;
  const said = { kind: event.event, target, fromMe, at };
  const parsed = changePayload.safeParse({
    ...said,
    ...(event.event === 'edit' ? { text: storable(event.text, LONGEST_TEXT) } : {}),
    ...(event.event === 'reaction' ? { emoji: storable(event.emoji, LONGEST_EMOJI) } : {}),
  });
  if (parsed.success) return { ok: true, payload: parsed.data };
  return { ok: false, paths: parsed.error.issues.map((issue) => issue.path.join('.')) };
}

/** Where it belongs in the rows, without its number and its story. */
export function rowOfChange(event: ChangeEvent): Pick<RawMessage, 'jid' | 'waMessageId' | 'history'> {
  const history = event.event === 'decrypted' && event.message.history;
  return { jid: placeOf(event).chat, waMessageId: changeIdOf(event), history };
}
