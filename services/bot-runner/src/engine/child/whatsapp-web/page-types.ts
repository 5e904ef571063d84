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
  readonly body?: string;
  readonly isNotification?: boolean;
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
      get(key: string): PageMessage | undefined;
      getModelsArray(): PageMessage[];
      getMessagesById?(keys: string[]): Promise<{ messages?: PageMessage[] } | undefined>;
    };
    Chat: { getModelsArray(): PageChat[]; get(id: unknown): PageChat | undefined };
  };
  WAWebChatLoadMessages: { loadEarlierMsgs(options: { chat: PageChat }): Promise<PageMessage[] | undefined> };
  WAWebQueryExistsJob: { queryWidExists(wid: PageWid): Promise<{ wid?: PageWid } | null> };
  WAWebWidFactory: { createWid(id: string): PageWid };
  WAWebApiContact: { getCurrentLid(wid: PageWid): PageWid | null };
}

export interface WhatsAppPage {
  require<K extends keyof PageModules>(name: K): PageModules[K];
  readonly Debug?: { readonly VERSION?: string };
  readonly WWebJS?: {
    readonly sendMessage?: unknown;
    readonly getMessageModel?: (message: PageMessage) => unknown;
    readonly getChat?: (id: string, options: { getAsModel: false }) => Promise<PageChat | null>;
    readonly sendChatstate?: (state: 'typing' | 'stop', chat: string) => Promise<unknown>;
    readonly enforceLidAndPnRetrieval?: (id: string) => Promise<{ lid?: PageWid; phone?: PageWid }>;
  };
  readonly onAppStateHasSyncedEvent?: () => unknown;
  readonly AuthStore?: { readonly OfflineMessageHandler?: { getOfflineDeliveryProgress(): number } };
  readonly document?: { readonly body?: { readonly innerText?: string } };
  /** Set by us, once in each document. */
  wbmClaims?: Record<string, true>;
}
