import type { PageMessage, WhatsAppPage } from './page-types.ts';

/** What the page knows of one message; null for what it does not say. */
export interface PageFacts {
  readonly ack: number;
  /** Bytes; the sender's word. */
  readonly size: number | null;
  readonly mimeType: string | null;
}

/**
 * Runs inside the page, as the functions of `page-state.ts` do. Finds a message by its id: in memory, in the page's own
 * store, and then among what was said earlier in the chat. Null when the page does not have it. `hold`: keeps it at hand
 * for `startDownload`, under that id.
 */
export async function seek(id: string, chats: string[], fromMe: boolean, hold: boolean): Promise<PageFacts | null> {
  const page = globalThis as unknown as WhatsAppPage;
  const { Msg } = page.require('WAWebCollections');
  const isIt = (message: PageMessage | undefined) => message?.id.id === id && message.id.fromMe === fromMe;
  const found = async (): Promise<PageMessage | undefined> => {
    const inMemory = Msg.getModelsArray().find(isIt);
    if (inMemory) return inMemory;
    const keys = chats.map((chat) => `${fromMe}_${chat}_${id}`);
    const stored = await Msg.getMessagesById?.(keys).catch(() => undefined);
    const kept = stored?.messages?.find(isIt);
    if (kept) return kept;
    for (const name of chats) {
      const chat = await page.WWebJS?.getChat?.(name, { getAsModel: false }).catch(() => null);
      if (!chat) continue;
      const loaded = await page.require('WAWebChatLoadMessages').loadEarlierMsgs({ chat });
      const earlier = [...chat.msgs.getModelsArray(), ...(loaded ?? [])].find(isIt);
      if (earlier) return earlier;
    }
    return undefined;
  };
  const message = await found();
  if (!message) return null;
  if (hold) {
    page.wbmFiles ??= {};
    page.wbmFiles[id] = { parts: [], state: 'idle', message };
  }
  const { ack, size, mimetype } = message;
  return {
    ack: ack ?? 0,
    size: typeof size === 'number' ? size : null,
    mimeType: typeof mimetype === 'string' ? mimetype : null,
  };
}
