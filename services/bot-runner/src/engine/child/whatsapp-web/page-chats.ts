import type { PageMessage, PageWid, WhatsAppPage } from './page-types.ts';

/** Functions that run inside the page, as those of `page-state.ts` do. */

/** `typing`, or `stop`. Not waited for: WhatsApp may take its time. */
export function showTyping(chat: string, state: 'typing' | 'stop'): void {
  const page = globalThis as unknown as WhatsAppPage;
  page.WWebJS?.sendChatstate?.(state, chat).catch(() => undefined);
}

/** Whether WhatsApp knows somebody under this address; null when it does not say. */
export async function isOnWhatsApp(jid: string): Promise<boolean | null> {
  const page = globalThis as unknown as WhatsAppPage;
  try {
    const found = await page
      .require('WAWebQueryExistsJob')
      .queryWidExists(page.require('WAWebWidFactory').createWid(jid));
    return Boolean(found?.wid);
  } catch {
    return null;
  }
}

/** Both addresses of a person, where they are known. `ask`: WhatsApp may be asked over the network. */
export async function addressesOf(jid: string, ask: boolean): Promise<{ phone: string | null; lid: string | null }> {
  const page = globalThis as unknown as WhatsAppPage;
  const name = (wid: PageWid | null | undefined) => (wid?.user && wid.server ? (wid.user.split(':')[0] ?? null) : null);
  const isLid = jid.endsWith('@lid');
  if (isLid || ask) {
    const both = (await page.WWebJS?.enforceLidAndPnRetrieval?.(jid)) ?? {};
    return { phone: name(both.phone), lid: name(both.lid) };
  }
  const wid = page.require('WAWebWidFactory').createWid(jid);
  return { phone: name(wid), lid: name(page.require('WAWebApiContact').getCurrentLid(wid)) };
}

/** The ack of a message of ours, found by its id; null when the page does not have it. */
export async function ackOf(id: string, chats: string[]): Promise<number | null> {
  const page = globalThis as unknown as WhatsAppPage;
  const { Msg } = page.require('WAWebCollections');
  const isIt = (message: PageMessage | undefined) => message?.id.id === id && message.id.fromMe;
  const inMemory = Msg.getModelsArray().find(isIt);
  if (inMemory) return inMemory.ack ?? 0;
  const keys = chats.map((chat) => `true_${chat}_${id}`);
  const stored = await Msg.getMessagesById?.(keys).catch(() => undefined);
  const found = stored?.messages?.find(isIt);
  if (found) return found.ack ?? 0;
  for (const name of chats) {
    const chat = await page.WWebJS?.getChat?.(name, { getAsModel: false }).catch(() => null);
    if (!chat) continue;
    const loaded = await page.require('WAWebChatLoadMessages').loadEarlierMsgs({ chat });
    const earlier = [...chat.msgs.getModelsArray(), ...(loaded ?? [])].find(isIt);
    if (earlier) return earlier.ack ?? 0;
  }
  return null;
}

/** The newest messages of a chat since then, as the library models them, oldest first. `since` is in seconds. */
export async function messagesSince(jid: string, since: number, limit: number): Promise<unknown[]> {
  const page = globalThis as unknown as WhatsAppPage;
  const chat = await page.WWebJS?.getChat?.(jid, { getAsModel: false });
  if (!chat) return [];
  const time = (message: PageMessage) => message.t ?? 0;
  let messages = [...chat.msgs.getModelsArray()];
  for (;;) {
    const oldest = Math.min(...messages.map(time));
    if (messages.length >= limit || oldest < since) break;
    const before = messages.length;
    const loaded = await page.require('WAWebChatLoadMessages').loadEarlierMsgs({ chat });
    if (!loaded?.length) break;
    messages = [...new Set([...loaded, ...messages, ...chat.msgs.getModelsArray()])];
    if (messages.length === before) break;
  }
  const model = page.WWebJS?.getMessageModel;
  if (!model) return [];
  return messages
    .filter((message) => !message.isNotification && time(message) >= since)
    .sort((a, b) => time(a) - time(b))
    .slice(-limit)
    .map(model);
}

/** The addresses of the chats in which something was said since then (in seconds), the latest first. */
export function chatsSince(since: number): string[] {
  const page = globalThis as unknown as WhatsAppPage;
  return page
    .require('WAWebCollections')
    .Chat.getModelsArray()
    .filter((chat) => (chat.t ?? 0) >= since)
    .sort((a, b) => (b.t ?? 0) - (a.t ?? 0))
    .map((chat) => `${chat.id.user}@${chat.id.server}`);
}
