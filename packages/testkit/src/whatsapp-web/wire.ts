import type { Ack, Device } from './api.ts';
import type { PageBehaviour } from './behaviour.ts';

/** What travels between the page and its servers, as JSON. Both ends come from this folder, so nothing is parsed. */

/** A file at WhatsApp, as a message tells of it. */
export interface WireMedia {
  readonly directPath: string;
  readonly mimetype: string;
  readonly size: number;
  readonly filehash: string;
  readonly filename: string | null;
  readonly caption: string;
  readonly seconds: number | null;
}

/** A message as the servers keep it; the page makes a model of it. */
export interface WireMessage {
  readonly id: string;
  /** Address of the chat. */
  readonly chat: string;
  readonly fromMe: boolean;
  /** Who wrote it in a group. */
  readonly author: string | null;
  readonly type: string;
  readonly body: string;
  /** Unix time in seconds. */
  readonly t: number;
  readonly ack: Ack;
  readonly notifyName: string;
  readonly quotes: string | null;
  readonly media: WireMedia | null;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface WireChat {
  readonly jid: string;
  readonly name: string;
  readonly unread: number;
  /** The last message only: a page looks for the others. */
  readonly last: WireMessage | null;
  /** Addresses of the members when it is a group. */
  readonly members: readonly string[] | null;
}

export interface WirePerson {
  readonly jid: string;
  readonly lid: string | null;
  readonly phone: string | null;
  readonly name: string;
}

export interface WireSession {
  readonly device: string;
  readonly secret: string;
}

export interface WireAccount {
  readonly jid: string;
  readonly lid: string;
  readonly name: string;
  readonly chats: readonly WireChat[];
}

/** How the page's send call goes on once WhatsApp was asked. */
export type SendReturn = 'now' | 'after-result' | 'never';

/** What a page asks of its servers. */
export interface PageAsks {
  /** `tab` outlives a reload: two sockets of one tab are one page. `fresh`: it has no chats yet. */
  hello(args: { session: WireSession | null; fresh: boolean; tab: string }): null;
  ref(args: object): string;
  pairingCode(args: { phone: string }): string;
  synced(args: object): null;
  send(args: { message: WireMessage }): SendReturn;
  upload(args: { base64: string; mimetype: string; filename: string }): { directPath: string };
  download(args: { directPath: string }): string | null;
  earlier(args: { chat: string; before: string | null; limit: number }): readonly WireMessage[];
  find(args: { key: string }): WireMessage | null;
  exists(args: { jid: string }): WirePerson | null;
  typing(args: { chat: string; state: 'composing' | 'recording' | 'paused' }): null;
  seen(args: { chat: string }): null;
  edit(args: { key: string; text: string }): null;
  revoke(args: { key: string }): null;
  react(args: { key: string; emoji: string }): null;
  logout(args: object): null;
}
export type PageAskName = keyof PageAsks;
export type PageAskArgs<K extends PageAskName> = Parameters<PageAsks[K]>[0];
export type PageAskAnswer<K extends PageAskName> = ReturnType<PageAsks[K]>;

export type PageFrame =
  | { readonly frame: 'ask'; readonly n: number; readonly name: PageAskName; readonly args: unknown }
  | { readonly frame: 'traced'; readonly read: readonly string[]; readonly missing: readonly string[] };

/** See `Device.navigate`. */
export type Navigation = Parameters<Device['navigate']>[0] & string;

export type ServerFrame =
  | { readonly frame: 'answer'; readonly n: number; readonly value: unknown; readonly error?: string }
  /** The first frame to a page without a session, or with one that is linked no more. */
  | { readonly frame: 'unlinked'; readonly ref: string }
  /** A phone linked this page. */
  | { readonly frame: 'linked'; readonly session: WireSession }
  /** The page is logged in. `missed` came while it was connected no more. */
  | { readonly frame: 'account'; readonly account: WireAccount; readonly missed: readonly ServerNews[] }
  | ServerNews
  | { readonly frame: 'behave'; readonly behaviour: PageBehaviour }
  | { readonly frame: 'passkey' }
  | { readonly frame: 'conflict' }
  | { readonly frame: 'unpaired' }
  | { readonly frame: 'logout' }
  | { readonly frame: 'navigate'; readonly way: Navigation }
  | { readonly frame: 'sync-again' }
  | { readonly frame: 'freeze'; readonly ms: number }
  | { readonly frame: 'trace' };

/** What happens in the account; `key` is the whole key of a message. */
export type ServerNews =
  /** `name` and `members` are those of the chat, which the page may not know yet. */
  | {
      readonly frame: 'message';
      readonly message: WireMessage;
      readonly name: string;
      readonly members: readonly string[] | null;
    }
  | { readonly frame: 'ack'; readonly key: string; readonly ack: Ack }
  | { readonly frame: 'result'; readonly key: string; readonly ok: boolean }
  | { readonly frame: 'decrypted'; readonly key: string; readonly body: string }
  | { readonly frame: 'edited'; readonly key: string; readonly body: string }
  | { readonly frame: 'revoked'; readonly key: string }
  | {
      readonly frame: 'reaction';
      readonly id: string;
      readonly key: string;
      readonly author: string;
      readonly fromMe: boolean;
      readonly emoji: string;
      readonly ms: number;
    };
