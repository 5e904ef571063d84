import type { FileState } from './page-files.ts';

/**
 * The little of WhatsApp Web's inside that our own page functions touch. Types only: nothing of this exists in the page
 * for sure, so each function says what happens when it does not.
 */
export interface PageWid {
  readonly user?: string;
  readonly server?: string;
  readonly _serialized?: string;
}

export interface PageMessage {
  readonly id: { readonly id: string; readonly fromMe: boolean };
  readonly t?: number;
  readonly ack?: number;
  readonly isNotification?: boolean;
  /** Of one with a file. */
  readonly size?: unknown;
  readonly mimetype?: unknown;
  readonly type?: unknown;
  readonly directPath?: unknown;
  readonly encFilehash?: unknown;
  readonly filehash?: unknown;
  readonly mediaKey?: unknown;
  readonly mediaKeyTimestamp?: unknown;
  readonly mediaData?: { readonly mediaStage?: unknown };
  downloadMedia?(how: { downloadEvenIfExpensive: boolean; rmrReason: number }): Promise<unknown>;
}

/** A file on its way into or out of the page, kept there by us under the id of its message. */
export interface PageFile {
  parts: Uint8Array<ArrayBuffer>[];
  state: FileState;
  /** The message it came with. */
  message?: PageMessage;
  bytes?: Uint8Array;
  /** What the library made of it for sending. */
  prepared?: unknown;
  abort?: () => void;
}

/** A file as the library's helpers take it; the last two are ours. */
interface MediaInfo {
  readonly mimetype?: string;
  readonly filename?: string;
  readonly wbmFile?: File;
  readonly wbmPrepared?: unknown;
}

interface PageChat {
  readonly id: PageWid;
  readonly t?: number;
  readonly msgs: { getModelsArray(): PageMessage[] };
}

interface PageModules {
  WAWebSocketModel: { Socket: { state?: string; hasSynced?: boolean; logout(): Promise<unknown> } };
  WAWebUserPrefsMeUser: { getMaybeMePnUser(): PageWid | null; getMaybeMeLidUser(): PageWid | null };
  WAWebCmd: { Cmd: { refreshQR(): void } };
  WAWebCollections: {
    Msg: {
      getModelsArray(): PageMessage[];
      getMessagesById?(keys: string[]): Promise<{ messages?: PageMessage[] } | undefined>;
    };
    Chat: { getModelsArray(): PageChat[] };
  };
  WAWebChatLoadMessages: { loadEarlierMsgs(options: { chat: PageChat }): Promise<PageMessage[] | undefined> };
  WAWebQueryExistsJob: { queryWidExists(wid: PageWid): Promise<{ wid?: PageWid } | null> };
  WAWebWidFactory: { createWid(id: string): PageWid };
  WAWebApiContact: { getCurrentLid(wid: PageWid): PageWid | null };
  WAWebDownloadManager: {
    downloadManager: { downloadAndMaybeDecrypt(what: object): Promise<ArrayBuffer | undefined> };
  };
}

export interface WhatsAppPage {
  require<K extends keyof PageModules>(name: K): PageModules[K];
  readonly Debug?: { readonly VERSION?: string };
  readonly WWebJS?: {
    readonly sendMessage?: (chat: PageChat, content: string, options: object) => Promise<unknown>;
    mediaInfoToFile?: (info: MediaInfo) => File;
    processMediaData?: (info: MediaInfo, how: object) => Promise<unknown>;
    processStickerData?: (info: MediaInfo) => Promise<unknown>;
    /** Set by us: the three above know files that are in the page already. */
    wbmWrapped?: true;
    readonly getMessageModel?: (message: PageMessage) => unknown;
    readonly getChat?: (id: string, options: { getAsModel: false }) => Promise<PageChat | null>;
    readonly sendChatstate?: (state: 'typing' | 'stop', chat: string) => Promise<unknown>;
    readonly enforceLidAndPnRetrieval?: (id: string) => Promise<{ lid?: PageWid; phone?: PageWid }>;
  };
  readonly onAppStateHasSyncedEvent?: () => unknown;
  readonly document?: { readonly body?: { readonly innerText?: string } };
  /** Set by us, once in each document. */
  wbmClaims?: Record<string, 'begun' | 'done'>;
  wbmFiles?: Record<string, PageFile>;
}
