import type { PageBehaviour, SendBehaviour } from './behaviour.ts';

/** WhatsApp's numbers: -1 error, 0 waiting, 1 server, 2 delivered, 3 read, 4 played. */
export type Ack = -1 | 0 | 1 | 2 | 3 | 4;

/** What somebody writes. A bare string is a text. */
export type Content =
  | string
  | {
      readonly media: 'image' | 'video' | 'audio' | 'voice' | 'document' | 'sticker';
      readonly bytes: Uint8Array;
      readonly mimetype: string;
      readonly caption?: string;
      readonly filename?: string;
      /** Of what can be heard or seen moving. */
      readonly seconds?: number;
      /** What the message says of its size when that is not the truth, in bytes. */
      readonly claimedSize?: number;
      /** WhatsApp has deleted the file: downloading it finds nothing. */
      readonly gone?: boolean;
    }
  | { readonly location: { readonly latitude: number; readonly longitude: number; readonly name?: string } }
  | { readonly contacts: readonly { readonly name: string; readonly phone: string }[] }
  /** Any other type, as WhatsApp Web names it (`poll_creation`, `e2e_notification`, …), with the fields of its model. */
  | { readonly type: string; readonly body?: string; readonly fields?: Readonly<Record<string, unknown>> };

export interface WriteOptions {
  /** The message's id inside WhatsApp; a new one when left out. The same id again is the same message again. */
  readonly id?: string;
  readonly at?: Date;
  /** The id of the message this one answers. */
  readonly quotes?: string;
}

/** A message the network knows. `serialized` is the whole key as the page writes it: `fromMe_chat_id[_author]`. */
export interface Written {
  readonly id: string;
  readonly serialized: string;
}

/** A message that reached WhatsApp from one of our devices. */
export interface Sent {
  readonly id: string;
  readonly serialized: string;
  /** The address it went to, such as `5511987650001@c.us` or `123456@lid`. */
  readonly chat: string;
  /** `chat` is a text; the rest is named as WhatsApp Web does. */
  readonly type: string;
  /** The text, or the caption of a file. */
  readonly text: string;
  readonly media: { readonly bytes: Uint8Array; readonly mimetype: string; readonly filename: string | null } | null;
  readonly quotes: string | null;
  readonly device: string;
  readonly at: Date;
}

export interface CustomerOptions {
  /** E.164; left out when the number is hidden, and then `lid` is needed. */
  readonly phone?: string;
  /** Digits of the hidden id. */
  readonly lid?: string;
  readonly name?: string;
  /** Which of the two is the address of the chat; the phone number when it is known. */
  readonly addressedBy?: 'phone' | 'lid';
  /** False: nobody has this number on WhatsApp. */
  readonly onWhatsApp?: boolean;
  /** WhatsApp takes nothing for this person until they wrote first. */
  readonly mustWriteFirst?: boolean;
}

/** Somebody who talks with the business. Each method acts at once and does not wait for a device to hear of it. */
export interface Customer {
  /** The address of the chat. */
  readonly jid: string;
  writes(content: Content, options?: WriteOptions): Written;
  /** A message the device cannot read yet, until `decrypts`. `subtype`: why, as WhatsApp Web names it. */
  writesUndecrypted(options?: WriteOptions & { readonly subtype?: string }): Written;
  decrypts(id: string, content: string): void;
  edits(id: string, text: string): void;
  revokes(id: string): void;
  /** An empty emoji takes the reaction back. */
  reacts(id: string, emoji: string): void;
  /** Reports an ack of a message of ours; in whatever order the test wants. */
  acks(id: string, ack: Ack): void;
  /** Puts past messages into the chat, oldest first; no device hears of them until it looks. */
  history(messages: readonly PastMessage[]): readonly Written[];
  /** What our devices sent to this chat. */
  readonly received: readonly Sent[];
}

export interface PastMessage extends WriteOptions {
  readonly from: 'customer' | 'business';
  readonly content: Content;
}

export interface Group {
  readonly jid: string;
  writes(author: Customer, content: Content, options?: WriteOptions): Written;
}

/** How a linked device hears that it is linked no more. */
export type UnlinkWay =
  /** It says goodbye and loads its start page, as the real one does. */
  | 'logout'
  /** Its state becomes UNPAIRED and it stays where it is. */
  | 'unpaired';

/** The business's own phone: what its owner holds in the hand. */
export interface Phone {
  readonly number: string;
  readonly jid: string;
  readonly lid: string;
  /**
   * Scans a QR code and links the device, which is ready some moments later. Throws when no page shows this code any
   * more, and when the page is one that asks for a passkey.
   */
  scan(qr: string): Device;
  /** Enters the eight characters of a pairing code; throws as `scan` does, and for a code of another number. */
  enterCode(code: string): Device;
  /** The device linked last. Throws when none was. */
  readonly device: Device;
  readonly devices: readonly Device[];
  customer(who: string | CustomerOptions): Customer;
  group(name: string, members: readonly Customer[]): Group;
  /**
   * Everything that reached WhatsApp from linked devices, oldest first. What arrives again under its own id is the same
   * message and is in it once; the same text under another id is in it twice.
   */
  readonly sent: readonly Sent[];
  /** Edits, revocations and reactions that our devices made. */
  readonly actions: readonly {
    readonly action: 'edit' | 'revoke' | 'react';
    readonly id: string;
    readonly text: string;
  }[];
  /** What customers saw of us: typing, recording, paused. */
  readonly typing: readonly { readonly chat: string; readonly state: 'composing' | 'recording' | 'paused' }[];
  /** The chats that were marked seen, in order. */
  readonly seen: readonly string[];
  /** The owner answers on the phone: our devices see a message from themselves that they did not send. */
  answers(customer: Customer, content: Content, options?: WriteOptions): Written;
  /** The owner edits, deletes or reacts to on the phone. */
  edits(id: string, text: string): void;
  revokes(id: string): void;
  reacts(id: string, emoji: string): void;
  /** Someone writes to the owner's status list, a broadcast or a channel; bots have no business there. */
  broadcast(jid: string, author: Customer, content: Content): Written;
  /** Unlinks a device, the last one when left out. */
  unlink(device?: Device, way?: UnlinkWay): void;
}

/** Which modules a page was asked for, and what they did not have. */
export interface Trace {
  /** `Module.property` that was read or called, sorted. */
  readonly read: readonly string[];
  /** Modules, and `Module.property`, that were asked for and are not there. */
  readonly missing: readonly string[];
}

/** A linked device: one session folder, wherever its page runs at the moment. */
export interface Device {
  readonly id: string;
  /** Sockets that are open now. Two are two engines on one session, which must never be. */
  readonly liveSockets: number;
  /** The most sockets that were ever open at one time. */
  readonly mostLiveSockets: number;
  /** How many times a page connected. */
  readonly connections: number;
  readonly linked: boolean;
  /** Whether a page is connected and has its chats. */
  readonly synced: boolean;
  /** What its page says it is, as its connection is asked for. Throws when none is connected. */
  readonly userAgent: string;
  /** How many messages its pages have handed over, whatever became of them. */
  readonly sends: number;
  /** Changes how its pages behave: those that load from now on, and the connected one once this resolves. */
  behave(change: Partial<PageBehaviour>): Promise<void>;
  /** What happens to the next message it sends; after that all is as before. */
  nextSend(change: Partial<SendBehaviour>): void;
  /** Cuts the connection. The page tries again after `reconnectMs`. */
  dropSocket(): void;
  /** WhatsApp Web was opened elsewhere with this session. */
  conflict(): void;
  /**
   * Makes the page load again, which keeps its session; or only seem to: a new hash in its address, a frame that comes
   * and goes, and one that stays, to which no function can be exposed.
   */
  navigate(way?: 'reload' | 'hash' | 'iframe' | 'lasting-iframe'): void;
  /** The page says once more that it has its chats, as the real one does after some reconnects. */
  syncAgain(): void;
  /** Keeps the page's only thread busy for so long, so that it answers nobody. */
  freezePage(ms: number): void;
  /** Kills the renderer of the page as a lack of memory does; the browser around it lives on. Linux only. */
  crashPage(): Promise<void>;
  trace(): Promise<Trace>;
}

/**
 * The pretended servers of WhatsApp, and the page they serve to the real library in a real browser.
 *
 * It is built from what whatsapp-web.js 1.34.7 reads: it proves our code against the library, never the library against
 * today's WhatsApp Web.
 */
export interface WhatsAppWeb {
  /** For `webVersion`. */
  readonly version: string;
  /** For `webVersionCache: { type: 'local', path, strict: true }`: the folder that holds `<version>.html`. */
  readonly cachePath: string;
  /** What Chromium needs besides its own flags: it may reach this server, and nothing else. For tests only. */
  readonly browserArgs: readonly string[];
  /** A phone with an account of its own. The same number again is the same phone. */
  phone(number: string, options?: { readonly name?: string; readonly lid?: string }): Phone;
  readonly devices: readonly Device[];
  /** Pages that are connected and not linked: each shows a QR code. */
  readonly unlinkedPages: number;
  /** As `behave` of a device, for all pages. What was said to a device comes first. */
  behave(change: Partial<PageBehaviour>): Promise<void>;
  /** `down` cuts every connection and takes no new one. */
  network(state: 'up' | 'down'): void;
  close(): Promise<void>;
}
