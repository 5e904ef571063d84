import type { MediaKind, MediaState, MessageStatus, MessageType, Sender } from '../vocabulary.ts';

/** A file of a conversation. */
export interface Media {
  readonly id: string;
  readonly kind: MediaKind;
  readonly mimeType: string;
  readonly name: string | null;
  /** Bytes; what the sender says of it until it is stored. */
  readonly size: number | null;
  /** Of what can be heard or seen moving. */
  readonly seconds: number | null;
  readonly state: MediaState;
}

/** The emoji each side put on a message; null for none. */
export interface Reactions {
  readonly customer: string | null;
  readonly business: string | null;
}

export interface Message {
  readonly id: number;
  readonly leadId: number;
  readonly botId: string;
  /** Order within the chat. */
  readonly seq: number;
  readonly sender: Sender;
  readonly author: string | null;
  readonly type: MessageType;
  readonly text: string;
  readonly status: MessageStatus;
  readonly statusReason: string | null;
  readonly clientId: string | null;
  readonly at: Date;
  readonly editedAt: Date | null;
  /** Taken back by whoever wrote it; its text is gone. */
  readonly revokedAt: Date | null;
  readonly reactions: Reactions;
  readonly media: Media | null;
}
