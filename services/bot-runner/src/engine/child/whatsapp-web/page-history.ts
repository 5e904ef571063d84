import type { PageMessage, WhatsAppPage } from './page-types.ts';

/** Functions that run inside the page, as those of `page-state.ts` do. */

/**
 * Messages as the library models them, oldest first, and the ids of those that it cannot model. `earlier`: where to go on,
 * null when there is nothing before them.
 */
export interface PagePast {
  readonly messages: unknown[];
  readonly unreadable: string[];
  readonly earlier: number | null;
}

/** The newest messages of a chat since then and, unless null, not after `until`. Both are in seconds. */
export async function messagesSince(
  jid: string,
  since: number,
  until: number | null,
  limit: number,
): Promise<PagePast> {
  const page = globalThis as unknown as WhatsAppPage;
  const chat = await page.WWebJS?.getChat?.(jid, { getAsModel: false });
  const model = page.WWebJS?.getMessageModel;
  if (!chat || !model) return { messages: [], unreadable: [], earlier: null };
  const time = (message: PageMessage) => message.t ?? 0;
  let known = [...chat.msgs.getModelsArray()];
  const wanted = () =>
    known.filter(
      (message) => !message.isNotification && time(message) >= since && (until === null || time(message) <= until),
    );
  for (;;) {
    const oldest = Math.min(...known.map(time));
    // One more than asked for tells that there are more.
    if (wanted().length > limit || oldest < since) break;
    const before = known.length;
    const loaded = await page.require('WAWebChatLoadMessages').loadEarlierMsgs({ chat });
    if (!loaded?.length) break;
    known = [...new Set([...loaded, ...known, ...chat.msgs.getModelsArray()])];
    if (known.length === before) break;
  }
  const all = wanted().sort((a, b) => time(a) - time(b));
  const newest = all.slice(-limit);
  const first = newest[0];
  const unreadable: string[] = [];
  const messages = newest.flatMap((message) => {
    try {
      return [model(message)];
    } catch {
      unreadable.push(message.id.id);
      return [];
    }
  });
  return { messages, unreadable, earlier: all.length > newest.length && first ? time(first) : null };
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
