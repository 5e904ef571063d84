import type {
  BotAsk,
  BotStatePatch,
  ClaimOutcome,
  DueSend,
  FleetStore,
  RawMessage,
  SandboxAck,
  SandboxDevice,
  StrandedSend,
  UnrelayedMessage,
} from '@wbm/db';
import type { EngineKind, MessageStatus } from '@wbm/domain';

/** Which bots this runner holds, and for how long. */
export type Fleet = FleetStore;

/** The rows of one bot, as its run reads and writes them. Every method may throw `Transient`. */
export interface BotRows {
  /** Null: there is no such bot any more. */
  engine(): Promise<EngineKind | null>;
  /** IANA name; null: there is no such bot any more. */
  timeZone(): Promise<string | null>;
  /** False: nothing changed, or the bot moved to another run. */
  setState(patch: BotStatePatch): Promise<boolean>;
  receive(rows: readonly RawMessage[]): Promise<{ chatId: string; stored: number }[]>;
  nextSends(): Promise<DueSend[]>;
  claim(messageId: number, waMessageId: string): Promise<ClaimOutcome>;
  mark(
    messageId: number,
    outcome: 'sent' | 'failed' | 'unconfirmed' | 'queued',
    how?: { readonly reason?: string; readonly retryMs?: number },
  ): Promise<boolean>;
  recordAcks(acks: readonly SandboxAck[]): Promise<{ leadId: number; messageId: number; status: MessageStatus }[]>;
  /** Left `sending` by an earlier run, or by this one longer than `olderMs` ago. */
  stranded(olderMs: number): Promise<StrandedSend[]>;
  /** What somebody asked of the session, until it is carried out. */
  asked(): Promise<BotAsk | null>;
  clearAsked(asked: BotAsk): Promise<void>;
  /** Everything written to the bot before then is stored; null: nothing was ever read. */
  caughtUpTo(): Promise<Date | null>;
  setCaughtUpTo(at: Date): Promise<void>;
  readonly network: NetworkRows;
}

/** The simulated network of one sandbox bot. */
export interface NetworkRows {
  device(): Promise<SandboxDevice | null>;
  setRef(ref: string): Promise<void>;
  unlink(): Promise<void>;
  /** Answers the chat it arrived in. The same id again changes nothing. */
  deliver(message: { jid: string; waMessageId: string; text: string }): Promise<{ chatId: string }>;
  find(waMessageId: string): Promise<boolean>;
  /** Null ends it. Answers the chat, null when there is none. */
  setTyping(jid: string, forMs: number | null): Promise<string | null>;
  /** What the device has not seen, in the order written. */
  unrelayed(limit: number): Promise<UnrelayedMessage[]>;
  markRelayed(waMessageIds: readonly string[]): Promise<void>;
  unreportedAcks(): Promise<SandboxAck[]>;
  markAcksReported(acks: readonly SandboxAck[]): Promise<void>;
}

/** What a run says to the other services. Bells may be lost, so none of these fails or is waited for. */
export interface BotBells {
  changed(): void;
  inboundWaits(chatId: string): void;
  messageMoved(leadId: number, messageId: number): void;
  vendorMessageSent(leadId: number, messageId: number): void;
  /** Something happened in the simulated network; with `typing`, only the typing mark changed. */
  networkChanged(chatId: string, typing?: boolean): void;
  /** The bot is free: another runner may take it. */
  released(): void;
}
