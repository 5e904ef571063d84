import type { MessageStatus, MessageType, Sender } from '../vocabulary.ts';

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
}
