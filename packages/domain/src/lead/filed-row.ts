import type { InboundRow } from '../conversation/inbound.ts';
import type { MessageType } from '../vocabulary.ts';
import { messageIdOf, type ReadRow } from './read-rows.ts';

interface Filed {
  readonly inboundId: string;
  /** Of the message that was written, or that is changed. */
  readonly waMessageId: string;
  /** ISO. */
  readonly at: string;
  readonly history: boolean;
  readonly correlationId: string;
}

/** `decrypted`: it may be known already, as one that could not be read. */
export interface FiledMessage extends Filed {
  readonly kind: 'message' | 'decrypted';
  readonly sender: 'customer' | 'phone';
  readonly type: MessageType;
  readonly text: string;
}

/** `text`: the new one of an edit, the emoji of a reaction; empty takes the reaction back. */
export interface FiledChange extends Filed {
  readonly kind: 'edit' | 'revoke' | 'reaction';
  readonly by: 'customer' | 'business';
  readonly text: string;
}

/** A row as the store files it. */
export function filedRow({ row, payload }: ReadRow, now: Date): FiledMessage | FiledChange {
  const waMessageId = messageIdOf({ row, payload });
  const filed = { ...idsOf(row), waMessageId, at: believable(payload.at, now) };
  const by = payload.fromMe ? 'business' : 'customer';
  switch (payload.kind) {
    case 'message':
    case 'decrypted': {
      const { kind, type, text } = payload;
      return { ...filed, kind, sender: payload.fromMe ? 'phone' : 'customer', type, text };
    }
    case 'edit':
      return { ...filed, kind: 'edit', by, text: payload.text };
    case 'revoke':
      return { ...filed, kind: 'revoke', by, text: '' };
    case 'reaction':
      return { ...filed, kind: 'reaction', by, text: payload.emoji };
  }
}

function idsOf({ id, history, correlationId }: InboundRow) {
  return { inboundId: String(id), history, correlationId };
}

/** A clock that is ahead of ours must not keep its chat above all others. */
function believable(at: string, now: Date): string {
  return Date.parse(at) > now.getTime() ? now.toISOString() : at;
}
