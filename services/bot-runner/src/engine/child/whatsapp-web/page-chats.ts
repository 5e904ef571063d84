import type { PageWid, WhatsAppPage } from './page-types.ts';

/** Functions that run inside the page, as those of `page-state.ts` do. */

/** `typing`, or `stop`. Not waited for: WhatsApp may take its time. */
export function showTyping(chat: string, state: 'typing' | 'stop'): void {
  const page = globalThis as unknown as WhatsAppPage;
  page.WWebJS?.sendChatstate?.(state, chat).catch(() => undefined);
}

/** Whether WhatsApp knows somebody under this address; null when it does not say. A no counts only where our own is a yes. */
export async function isOnWhatsApp(jid: string): Promise<boolean | null> {
  const page = globalThis as unknown as WhatsAppPage;
  try {
    const { queryWidExists } = page.require('WAWebQueryExistsJob');
    const found = await queryWidExists(page.require('WAWebWidFactory').createWid(jid));
    if (found?.wid) return true;
    const me = page.require('WAWebUserPrefsMeUser').getMaybeMePnUser();
    return me && (await queryWidExists(me))?.wid ? false : null;
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
