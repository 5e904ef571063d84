import type { EngineEvent, EngineMessage } from '../../port.ts';
import type { Identities } from './identities.ts';
import { jidOf, messageKey } from './message-key.ts';
import type { OwnSends } from './own-sends.ts';
import { pageInstant } from './page-instant.ts';
import { isPersonal, LONGEST_TEXT, type ReadMessage, readMessage } from './read-message.ts';
import { RecentIds } from './recent-ids.ts';

const LONGEST_EMOJI = 64;

interface InboxOptions {
  readonly emit: (event: EngineEvent) => void;
  readonly own: OwnSends;
  readonly identities: Identities;
  /** When this session was linked or came back, in milliseconds. What was written before may still be told as new. */
  readonly linkedAtMs: () => number;
  /** Whether this is the chat with ourselves: what stands there is nobody's message to the business. */
  readonly isMine: (chat: string) => boolean;
}

/** What a session hears, in the port's words: one person's chats only, each chat in order, our own echoes left out. */
export class Inbox {
  readonly #options: InboxOptions;
  /** The last thing told of each chat: who is behind it may have to be asked first, and what follows waits for that. */
  readonly #chats = new Map<string, Promise<void>>();
  /** What could not be decrypted, and may be later. The oldest are given up. */
  readonly #unread = new RecentIds();
  /** What was told as decrypted. The library may tell it twice: that it changed, and as the message it is. */
  readonly #decrypted = new RecentIds();

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  message(raw: unknown): void {
    const message = readMessage(raw);
    if (!message || message.type === 'undecrypted') return;
    if (message.fromMe && this.#options.own.claims(message)) return;
    if (this.#unread.has(message.waMessageId)) this.#decrypt(message);
    else if (!this.#decrypted.has(message.waMessageId)) {
      this.#inOrder(message.jid, () => this.#tell('message', message));
    }
  }

  /** It could not be decrypted in time. Should it be later, what it says is told as `decrypted`. */
  undecrypted(raw: unknown): void {
    const message = readMessage(raw);
    if (!message || (message.fromMe && this.#options.own.claims(message))) return;
    this.#unread.add(message.waMessageId);
    this.#inOrder(message.jid, () => this.#tell('message', { ...message, type: 'undecrypted' }));
  }

  ack(raw: unknown, ack: number): void {
    const key = keyOf(raw);
    if (!key?.fromMe || !Number.isInteger(ack) || ack === 0 || ack < -1 || ack > 4) return;
    this.#options.emit({ event: 'ack', waMessageId: this.#options.own.acked(key.id, ack), ack });
  }

  /** `changed`: the new value of what changed, which may be the preview of a picture. What is decrypted late changes too. */
  edit(raw: unknown, changed: string): void {
    const message = readMessage(raw);
    if (!message || message.type === 'undecrypted') return;
    if (this.#unread.has(message.waMessageId)) {
      this.#decrypt(message);
      return;
    }
    const { jid, text, fromMe } = message;
    if (text !== changed.slice(0, LONGEST_TEXT)) return;
    const at = pageInstant(field(raw, 'latestEditSenderTimestampMs'));
    const waMessageId = this.#options.own.idOf(message.waMessageId);
    this.#inOrder(jid, () => this.#options.emit({ event: 'edit', waMessageId, jid, text, fromMe, at }));
  }

  revoke(raw: unknown): void {
    const key = messageKey(field(raw, 'protocolMessageKey')) ?? keyOf(raw);
    if (!key || !isPersonal(key.chat)) return;
    this.#inOrder(key.chat, () =>
      this.#options.emit({
        event: 'revoke',
        waMessageId: this.#options.own.idOf(key.id),
        jid: key.chat,
        fromMe: key.fromMe,
        at: new Date().toISOString(),
      }),
    );
  }

  reaction(raw: unknown): void {
    const parent = messageKey(field(raw, 'msgId'));
    if (!parent || !isPersonal(parent.chat)) return;
    const at = pageInstant(Number(field(raw, 'timestamp')) * 1_000);
    const emoji = String(field(raw, 'reaction') ?? '').slice(0, LONGEST_EMOJI);
    const fromMe = messageKey(field(raw, 'id'))?.fromMe ?? jidOf(field(raw, 'senderId')) !== parent.chat;
    this.#inOrder(parent.chat, () =>
      this.#options.emit({
        event: 'reaction',
        waMessageId: this.#options.own.idOf(parent.id),
        jid: parent.chat,
        emoji,
        fromMe,
        at,
      }),
    );
  }

  /** Messages of the past, with who wrote them, our own under our ids. What was taken back meanwhile is told as that. */
  async history(raw: readonly unknown[]): Promise<EngineMessage[]> {
    for (const one of raw) if (field(one, 'type') === 'revoked') this.revoke(one);
    const read = raw.map(readMessage).filter((message) => message !== null);
    for (const { type, waMessageId } of read) if (type === 'undecrypted') this.#unread.add(waMessageId);
    return Promise.all(
      read.map((message) =>
        this.#complete({ ...message, waMessageId: this.#options.own.idOf(message.waMessageId) }, true),
      ),
    );
  }

  /** How far our messages of the past came. That one was refused was told when it was, to whoever knew it. */
  acksOf(raw: readonly unknown[]): { waMessageId: string; ack: number }[] {
    return raw.flatMap((one) => {
      const key = keyOf(one);
      const ack = Number(field(one, 'ack'));
      if (!key?.fromMe || !Number.isInteger(ack) || ack < 1 || ack > 4) return [];
      return { waMessageId: this.#options.own.acked(key.id, ack), ack };
    });
  }

  #decrypt(message: ReadMessage): void {
    this.#unread.delete(message.waMessageId);
    this.#decrypted.add(message.waMessageId);
    this.#inOrder(message.jid, () => this.#tell('decrypted', message));
  }

  async #tell(event: 'message' | 'decrypted', message: ReadMessage): Promise<void> {
    // WhatsApp's clock has one-second grain.
    const sessionAtMs = Math.floor(this.#options.linkedAtMs() / 1_000) * 1_000;
    const history = Date.parse(message.at) < sessionAtMs;
    this.#options.emit({ event, message: await this.#complete(message, history) });
  }

  async #complete(message: ReadMessage, history: boolean): Promise<EngineMessage> {
    const { phone, lid } = await this.#options.identities.of(message.jid, false);
    return { ...message, phone, lid, history };
  }

  #inOrder(chat: string, tell: () => void | Promise<void>): void {
    if (this.#options.isMine(chat)) return;
    // What cannot be told must not keep from being told what follows.
    const turn = (this.#chats.get(chat) ?? Promise.resolve()).then(tell).catch(() => undefined);
    this.#chats.set(chat, turn);
    void turn.then(() => {
      if (this.#chats.get(chat) === turn) this.#chats.delete(chat);
    });
  }
}

function keyOf(raw: unknown) {
  return messageKey(field(raw, 'id'));
}

function field(raw: unknown, name: string): unknown {
  return typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>)[name] : undefined;
}
