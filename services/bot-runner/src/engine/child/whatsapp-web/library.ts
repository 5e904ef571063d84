import type { Browser, LaunchOptions, Page } from 'puppeteer-core';
import wweb from 'whatsapp-web.js';

/** The members of the library's client that we use; its own types leave half of them out. */
export interface LibraryClient {
  readonly options: LibraryOptions;
  readonly authStrategy: { beforeBrowserInitialized(): Promise<void>; afterBrowserInitialized(): Promise<void> };
  pupBrowser: Browser | null;
  pupPage: Page | null;
  /** The page said goodbye and is about to load its start page. */
  lastLoggedOut: boolean;
  initialize(): Promise<void>;
  inject(): Promise<void>;
  attachEventListeners(): Promise<void>;
  initWebVersionCache(): Promise<void>;
  requestPairingCode(phone: string, showNotification?: boolean, intervalMs?: number): Promise<string>;
  sendMessage(chat: string, text: string, options: SendOptions): Promise<unknown>;
  sendSeen(chat: string): Promise<boolean>;
  destroy(): Promise<void>;
  on(event: string, listener: (...args: never[]) => void): unknown;
  emit(event: string, ...args: unknown[]): boolean;
}

export interface SendOptions {
  readonly sendSeen: boolean;
  readonly linkPreview: boolean;
  /** Whether a text that begins as a contact card does is sent as one. */
  readonly parseVCards: boolean;
  readonly waitUntilMsgSent: boolean;
  /** Ours: see `patches/README.md`. */
  readonly messageId: string;
}

export interface LibraryOptions {
  readonly authStrategy: unknown;
  readonly puppeteer: LaunchOptions;
  readonly userAgent: false;
  readonly webVersion?: string;
  readonly webVersionCache:
    | { readonly type: 'none' }
    | { readonly type: 'local'; readonly path: string; readonly strict: boolean };
  readonly takeoverOnConflict: false;
  readonly pairWithPhoneNumber?: { readonly phoneNumber: string; readonly showNotification: boolean };
}

export const LibraryClient = wweb.Client as unknown as new (options: LibraryOptions) => LibraryClient;
export const LocalAuth = wweb.LocalAuth as unknown as new (options: { clientId: string; dataPath: string }) => unknown;
export type { Page };
