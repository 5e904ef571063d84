import { randomBytes } from 'node:crypto';
import type { Ack, Content, PastMessage, Phone, Sent, WriteOptions, Written } from './api.ts';
import { type Files, partsOf } from './content.ts';
import type { LinkedDevice } from './linked-device.ts';
import { keyOf } from './message-key.ts';
import type { ServerNews, WireAccount, WireChat, WireMessage, WirePerson } from './wire.ts';

type StoredChat = {
  readonly jid: string;
  readonly name: string;
  readonly members: readonly string[] | null;
  readonly messages: Map<string, WireMessage>;
  unread: number;
};

type Person = WirePerson & { readonly onWhatsApp: boolean; readonly mustWriteFirst: boolean };

/** Who writes into a chat. `author` is set in groups only. */
export type Voice = { readonly chat: string; readonly fromMe: boolean; readonly author: string | null };

/** What WhatsApp's servers and the business's phone know of one number. */
export class Account {
  readonly jid: string;
  readonly lid: string;
  readonly name: string;
  readonly devices: LinkedDevice[] = [];
  readonly sent: Sent[] = [];
  readonly actions: Phone['actions'][number][] = [];
  readonly typing: Phone['typing'][number][] = [];
  readonly seen: string[] = [];
  readonly #files: Files;
  readonly #chats = new Map<string, StoredChat>();
  readonly #people = new Map<string, Person>();

  constructor(files: Files, who: { jid: string; lid: string; name: string }) {
    this.#files = files;
    this.jid = who.jid;
    this.lid = who.lid;
    this.name = who.name;
  }

  meet(person: Person): void {
    for (const jid of [person.jid, person.lid, person.phone]) if (jid !== null) this.#people.set(jid, person);
  }

  /** Somebody who is on WhatsApp, by any address. */
  person(jid: string): Person | undefined {
    const person = this.#people.get(jid);
    return person?.onWhatsApp ? person : undefined;
  }

  chat(jid: string, name = '', members: readonly string[] | null = null): StoredChat {
    const known = this.#chats.get(jid);
    if (known) return known;
    const chat: StoredChat = {
      jid,
      name: name || (this.person(jid)?.name ?? jid),
      members,
      messages: new Map(),
      unread: 0,
    };
    this.#chats.set(jid, chat);
    return chat;
  }

  write(voice: Voice, content: Content, options: WriteOptions = {}): Written {
    const message = this.#compose(voice, content, options);
    const key = keyOf(message);
    const chat = this.chat(voice.chat);
    if (!chat.messages.has(key)) {
      if (!voice.fromMe) chat.unread += 1;
      this.#keep(message);
      this.#announce(message);
    }
    return { id: message.id, serialized: key };
  }

  remember(chat: string, past: readonly PastMessage[]): Written[] {
    return past.map(({ from, content, ...options }) => {
      const message = this.#compose({ chat, fromMe: from === 'business', author: null }, content, options);
      this.#keep(message);
      return { id: message.id, serialized: keyOf(message) };
    });
  }

  #announce(message: WireMessage, except?: LinkedDevice): void {
    const { name, members } = this.chat(message.chat);
    this.tell({ frame: 'message', message, name, members }, except);
  }

  #compose({ chat, fromMe, author }: Voice, content: Content, { id, at, quotes }: WriteOptions): WireMessage {
    return {
      ...partsOf(content, this.#files),
      id: id ?? randomBytes(16).toString('hex').toUpperCase(),
      chat,
      fromMe,
      author,
      t: Math.floor((at ?? new Date()).getTime() / 1000),
      ack: 1,
      notifyName: fromMe ? this.name : (this.#people.get(author ?? chat)?.name ?? ''),
      quotes: quotes ?? null,
    };
  }

  #keep(message: WireMessage): void {
    this.chat(message.chat).messages.set(keyOf(message), message);
  }

  /** Takes a message of ours from a device. False: WhatsApp refuses it. */
  take(message: WireMessage, device: LinkedDevice): boolean {
    const key = keyOf(message);
    const chat = this.chat(message.chat);
    if (this.#people.get(message.chat)?.mustWriteFirst && ![...chat.messages.values()].some((one) => !one.fromMe))
      return false;
    if (chat.messages.has(key)) return true;
    const arrived: WireMessage = { ...message, ack: 1 };
    this.#keep(arrived);
    this.sent.push(this.#asSent(arrived, device));
    this.#announce(arrived, device);
    return true;
  }

  #asSent(message: WireMessage, device: LinkedDevice): Sent {
    const { id, chat, type, media, quotes } = message;
    const text = media ? media.caption : message.body;
    const file = media && {
      bytes: this.#files.get(media.directPath) ?? new Uint8Array(),
      mimetype: media.mimetype,
      filename: media.filename,
    };
    return { id, serialized: keyOf(message), chat, type, text, media: file, quotes, device: device.id, at: new Date() };
  }

  find(key: string): WireMessage | undefined {
    for (const chat of this.#chats.values()) {
      const found = chat.messages.get(key);
      if (found) return found;
    }
    return undefined;
  }

  /** A message by its id inside WhatsApp alone, which tests know. */
  keyOfId(id: string, fromMe: boolean): string {
    for (const chat of this.#chats.values()) {
      for (const [key, message] of chat.messages) if (message.id === id && message.fromMe === fromMe) return key;
    }
    throw new Error(`no message ${id} that is ${fromMe ? '' : 'not '}ours`);
  }

  /** The messages before the one with that key, or the last ones; oldest first. */
  earlier(jid: string, before: string | null, limit: number): WireMessage[] {
    const all = inOrder(this.#chats.get(jid));
    const end = before === null ? all.length : all.findIndex((message) => keyOf(message) === before);
    return all.slice(Math.max(0, end - limit), Math.max(0, end));
  }

  ack(key: string, ack: Ack): void {
    this.#change(key, { ack });
    this.tell({ frame: 'ack', key, ack });
  }

  decrypt(key: string, body: string): void {
    this.#change(key, { body, type: 'chat' });
    this.tell({ frame: 'decrypted', key, body });
  }

  edit(key: string, body: string, by?: LinkedDevice): void {
    this.#change(key, { body });
    if (by) this.actions.push({ action: 'edit', id: this.#idOf(key), text: body });
    this.tell({ frame: 'edited', key, body }, by);
  }

  revoke(key: string, by?: LinkedDevice): void {
    this.#change(key, { type: 'revoked', body: '', media: null });
    if (by) this.actions.push({ action: 'revoke', id: this.#idOf(key), text: '' });
    this.tell({ frame: 'revoked', key }, by);
  }

  react(key: string, author: string, emoji: string, by?: LinkedDevice): void {
    if (by) this.actions.push({ action: 'react', id: this.#idOf(key), text: emoji });
    const id = randomBytes(16).toString('hex').toUpperCase();
    const fromMe = author === this.jid;
    this.tell({ frame: 'reaction', id, key, author, fromMe, emoji, ms: Date.now() }, by);
  }

  #idOf(key: string): string {
    return this.find(key)?.id ?? key;
  }

  #change(key: string, change: Partial<WireMessage>): void {
    const message = this.find(key);
    if (message) this.chat(message.chat).messages.set(key, { ...message, ...change });
  }

  markSeen(chat: string): void {
    this.seen.push(chat);
    this.chat(chat).unread = 0;
  }

  tell(news: ServerNews, except?: LinkedDevice): void {
    for (const device of this.devices) if (device !== except) device.tell(news);
  }

  /** What a page is given at login, without the messages whose keys are in `unseen`. */
  snapshot(unseen: ReadonlySet<string>): WireAccount {
    const chats = [...this.#chats.values()].map((chat): WireChat => {
      const last = inOrder(chat).findLast((message) => !unseen.has(keyOf(message))) ?? null;
      return { jid: chat.jid, name: chat.name, unread: chat.unread, last, members: chat.members };
    });
    return { jid: this.jid, lid: this.lid, name: this.name, chats };
  }
}

function inOrder(chat: StoredChat | undefined): WireMessage[] {
  return [...(chat?.messages.values() ?? [])].sort((one, other) => one.t - other.t);
}
