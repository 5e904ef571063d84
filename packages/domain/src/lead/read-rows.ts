import type { z } from 'zod';
import {
  type AnyInboundPayload,
  type ChangePayload,
  type InboundPayload,
  type InboundRow,
  inboundPayload,
  type KnownMessage,
} from '../conversation/inbound.ts';

/** A message that was written: told at once, or decrypted late. */
export type WrittenPayload = InboundPayload | Extract<ChangePayload, { kind: 'decrypted' }>;

export interface ReadRow {
  readonly row: InboundRow;
  readonly payload: AnyInboundPayload;
}

/** Something the business does not know yet. */
export interface News {
  readonly row: InboundRow;
  readonly payload: WrittenPayload | Extract<ChangePayload, { kind: 'edit' }>;
  /** Of an edit: somebody has read what it was before. */
  readonly answered: boolean;
  /** Taken back by the last row. */
  readonly gone: boolean;
}

export interface Refusal {
  readonly inboundId: string;
  readonly reason: string;
}

/** Rows whose payload can be read, and a refusal for each other one; its reason names paths, never content. */
export function parseRows(rows: readonly InboundRow[]): { read: ReadRow[]; refusals: Refusal[] } {
  const refusals: Refusal[] = [];
  const read: ReadRow[] = [];
  for (const row of rows) {
    const parsed = inboundPayload.safeParse(row.payload);
    if (parsed.success) read.push({ row, payload: parsed.data });
    else refusals.push({ inboundId: String(row.id), reason: `payload: ${pathsOf(parsed.error)}` });
  }
  return { read, refusals };
}

/** The WhatsApp id of the message that a row is or changes. */
export function messageIdOf({ row, payload }: ReadRow): string {
  return payload.kind === 'message' ? row.waMessageId : payload.target;
}

/**
 * What there is to read in these rows, in order: new messages and new texts of old ones. A message that is known already
 * says nothing, nor does a change of one that nobody knows, or by somebody who did not write it.
 */
export function newsOf(read: readonly ReadRow[]): News[] {
  const known = new Map<string, KnownMessage>();
  const news: (Omit<News, 'gone'> & { readonly id: string })[] = [];
  for (const one of read) {
    const { row, payload } = one;
    const id = messageIdOf(one);
    const before = known.get(id) ?? row.about ?? null;
    const after = afterChange(before, payload);
    if (after === null || after === before) continue;
    known.set(id, after);
    if (payload.kind === 'revoke' || payload.kind === 'reaction') continue;
    news.push({ id, row, payload, answered: before?.answered ?? false });
  }
  return news.map(({ id, ...one }) => ({ ...one, gone: known.get(id)?.revoked ?? false }));
}

function afterChange(before: KnownMessage | null, payload: AnyInboundPayload): KnownMessage | null {
  const { fromMe } = payload;
  const written = (said: WrittenPayload): KnownMessage => ({
    sender: fromMe ? 'phone' : 'customer',
    type: said.type,
    text: said.text,
    revoked: false,
    answered: false,
  });
  const itsAuthor = before !== null && !before.revoked && fromMe !== (before.sender === 'customer');
  switch (payload.kind) {
    case 'message':
      return before ?? written(payload);
    case 'decrypted':
      if (before === null) return written(payload);
      return itsAuthor && before.type === 'undecrypted' ? written(payload) : before;
    case 'edit':
      return itsAuthor && before.text !== payload.text
        ? { ...before, ...readable(before), text: payload.text }
        : before;
    case 'revoke':
      return itsAuthor ? { ...before, text: '', revoked: true } : before;
    case 'reaction':
      return before;
  }
}

/** What was edited can be read, whether or not what it said first ever could. */
function readable({ type }: KnownMessage): Pick<KnownMessage, 'type'> {
  return { type: type === 'undecrypted' ? 'text' : type };
}

function pathsOf(error: z.ZodError): string {
  const paths = error.issues.slice(0, 5).map((issue) => issue.path.map(String).join('.') || 'not an object');
  return [...new Set(paths)].join(', ');
}
