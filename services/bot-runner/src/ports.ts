import type {
  BotAsk,
  BotStatePatch,
  ClaimOutcome,
  DueMedia,
  FetchBegin,
  Fetched,
  FleetStore,
  LogoutFault,
  MarkedMedia,
  MaySend,
  NextSends,
  RawMessage,
  ReadingFrom,
  Refusal,
  SandboxAck,
  SandboxDelivery,
  SandboxDevice,
  Snapshot,
  StrandedSend,
  UnrelayedChange,
  UnrelayedMessage,
  VoidReason,
} from '@wbm/db';
import type { Capabilities, CatchUpSummary, EngineKind, MessageStatus, SelfTest } from '@wbm/domain';

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
  /** Within the bot's sending budget; without the bot's own messages when it may not answer yet, and so many files at most. */
  nextSends(may: Required<MaySend>): Promise<NextSends>;
  claim(messageId: number, waMessageId: string): Promise<ClaimOutcome>;
  mark(
    messageId: number,
    outcome: 'sent' | 'failed' | 'unconfirmed' | 'queued',
    how?: { readonly reason?: string; readonly retryMs?: number },
  ): Promise<boolean>;
  /** Its file cannot be had now: others go first for so long. */
  putOff(messageId: number, retryMs: number): Promise<boolean>;
  /** WhatsApp refused it for good. What else waited for a person it takes nothing for is cancelled. */
  refuse(messageId: number, refusal: Refusal): Promise<{ moved: boolean; cancelled: number[] }>;
  /** Somebody may have changed what the budget depends on. */
  budgetChanged(): void;
  recordAcks(acks: readonly SandboxAck[]): Promise<{ leadId: number; messageId: number; status: MessageStatus }[]>;
  /** Left `sending` by an earlier run, or by this one longer than `olderMs` ago. */
  stranded(olderMs: number): Promise<StrandedSend[]>;
  /** What somebody asked of the session, until it is carried out. */
  asked(): Promise<BotAsk | null>;
  clearAsked(asked: BotAsk): Promise<void>;
  /** All of what the session can do. False: nothing changed, or the bot moved to another run. */
  setCapabilities(capabilities: Capabilities): Promise<boolean>;
  /** Before a test with the own number sends anything, once for each that was asked for. False: it may not, or not so soon. */
  beginSelfTest(): Promise<boolean>;
  /** How a test with the own number went; null words for what went well. */
  setSelfTest(faults: Pick<SelfTest, 'text' | 'picture'>): Promise<boolean>;
  /** Where reading the past of that number begins. `caughtUpTo`: everything before then is stored; null: it was never read. */
  readingFrom(ownNumber: string | null): Promise<ReadingFrom>;
  /** Null leaves the mark, or the summary, as it is. */
  setCaughtUpTo(at: Date | null, summary?: CatchUpSummary | null): Promise<void>;
  /** Whether something that was received has still to be filed. */
  waitsToBeFiled(): Promise<boolean>;
  readonly media: MediaRows;
  readonly network: NetworkRows;
}

/** The files that came with messages of one bot, and whether they were fetched. */
export interface MediaRows {
  due(limit: number): Promise<DueMedia[]>;
  /** Counts the try before it is made; the next is due after `retryMs` whatever happens to this one. */
  begin(mediaId: string, retryMs: number): Promise<FetchBegin>;
  /** Counts only while this run has the bot. */
  fetched(mediaId: string, what: Fetched): Promise<MarkedMedia>;
}

/** The simulated network of one sandbox bot. */
export interface NetworkRows {
  device(): Promise<SandboxDevice | null>;
  setRef(ref: string): Promise<void>;
  unlink(): Promise<void>;
  /** Answers the chat it arrived in. The same id again changes nothing. */
  deliver(message: SandboxDelivery): Promise<{ chatId: string }>;
  find(waMessageId: string): Promise<boolean>;
  /** The file of a simulated message; null when it has none. */
  mediaOf(waMessageId: string): Promise<string | null>;
  /** Null ends it. Answers the chat, null when there is none. */
  setTyping(jid: string, forMs: number | null): Promise<string | null>;
  /** What the device has not seen, in the order written. */
  unrelayed(limit: number): Promise<UnrelayedMessage[]>;
  markRelayed(waMessageIds: readonly string[]): Promise<void>;
  /** What was done with messages that the device has, in the order done. */
  unrelayedChanges(limit: number): Promise<UnrelayedChange[]>;
  markChangesRelayed(changeIds: readonly string[]): Promise<void>;
  unreportedAcks(): Promise<SandboxAck[]>;
  markAcksReported(acks: readonly SandboxAck[]): Promise<void>;
}

/** What a run says to the other services. Bells may be lost, so none of these fails or is waited for. */
export interface BotBells {
  changed(): void;
  /** The bot has read what was written while it did not listen. */
  historyRead(): void;
  inboundWaits(chatId: string): void;
  messageMoved(leadId: number, messageId: number): void;
  leadChanged(leadId: number): void;
  /** A stored message shows something new, such as its file. */
  messageChanged(leadId: number, messageId: number): void;
  vendorMessageSent(leadId: number, messageId: number): void;
  /** Something happened in the simulated network; with `typing`, only the typing mark changed. */
  networkChanged(chatId: string, typing?: boolean): void;
  /** The bot is free: another runner may take it. */
  released(): void;
}

/** The copies of one bot's session as entered, seen from one run. Every method may throw `Transient`. */
export interface SessionRows {
  /** False: a later run has the bot, or it was deleted. */
  add(snapshot: { readonly id: string; readonly size: number }): Promise<boolean>;
  /** Those of use, the newest first. */
  valid(): Promise<Snapshot[]>;
  void(snapshotId: string, reason: VoidReason): Promise<void>;
  /** All up to this run's. */
  voidAll(reason: VoidReason): Promise<void>;
  /** Forgets all but the newest `keep` of use; answers the ids of those. Null: a later run has the bot. */
  prune(keep: number): Promise<string[] | null>;
  /** Whether WhatsApp ended a deleted bot's session; null: not tried yet. */
  loggedOut(): Promise<boolean | null>;
  /** Null: it did. */
  setLoggedOut(fault: LogoutFault | null): Promise<void>;
  /** A deleted bot's session is gone everywhere. False: a later run has the bot. */
  erased(): Promise<boolean>;
}
