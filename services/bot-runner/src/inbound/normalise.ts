import { type InboundPayload, messagePayload } from '@wbm/domain';
import type { EngineMessage } from '../engine/port.ts';
import { describedMedia } from '../media/describe.ts';

export const LONGEST_TEXT = 65_536;
const LONGEST_NAME = 200;

export type Normalised<P = InboundPayload> =
  | { readonly ok: true; readonly payload: P }
  /** Where it did not fit; never what stood there. */
  | { readonly ok: false; readonly paths: readonly string[] };

/** An engine's message in the form the rows keep. Text that Postgres could not store is mended, the rest refused. */
export function normalise(message: EngineMessage): Normalised {
  const { type, at, fromMe, phone, lid } = message;
  const parsed = messagePayload.safeParse({
    kind: 'message',
    type,
    text: storable(message.text, LONGEST_TEXT),
    at,
    fromMe,
    pushName: message.pushName === null ? null : storable(message.pushName, LONGEST_NAME),
    phone,
    lid,
    media: describedMedia(message.media),
  });
  if (parsed.success) return { ok: true, payload: parsed.data };
  return { ok: false, paths: parsed.error.issues.map((issue) => issue.path.join('.')) };
}

/** Postgres takes neither NUL nor half of a surrogate pair. */
export function storable(text: string, longest: number): string {
  return text.replaceAll('\u0000', '').slice(0, longest).toWellFormed();
}
