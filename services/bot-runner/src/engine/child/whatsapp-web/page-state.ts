import type { WhatsAppPage } from './page-types.ts';

/**
 * Functions that run inside the page. Each is sent there as source text: it may use its arguments and nothing else of
 * this file, and answers plain values.
 */

/** What a page looks like from outside; null for what it does not say. */
export interface PageLook {
  readonly version: string | null;
  readonly state: string | null;
  readonly hasSynced: boolean;
  /** Our own address, once the session is linked. */
  readonly me: string | null;
  /** Our own other address, where the page knows it: the hidden one of a number. */
  readonly alsoMe: string | null;
  /** Whether the library's helpers are there, all that we need. */
  readonly helpers: boolean;
  /** Whether the library waits for the page's chats, so that it can be told of them. */
  readonly listening: boolean;
  readonly asksForPasskey: boolean;
}

export function look(): PageLook {
  const page = globalThis as unknown as WhatsAppPage;
  const ask = <T>(question: () => T | undefined | null): T | null => {
    try {
      return question() ?? null;
    } catch {
      return null;
    }
  };
  const users = ask(() => page.require('WAWebUserPrefsMeUser'));
  const addressOf = (wid: { readonly user?: string; readonly server?: string } | null) =>
    wid?.user && wid.server ? `${wid.user}@${wid.server}` : null;
  const number = addressOf(ask(() => users?.getMaybeMePnUser()));
  const lid = addressOf(ask(() => users?.getMaybeMeLidUser()));
  const helpers = page.WWebJS;
  const state = ask(() => page.require('WAWebSocketModel').Socket.state);
  // What is drawn, so not the text of scripts; and only while no chats are, since drawing costs time.
  // biome-ignore lint/performance/useDomNodeTextContent: see above.
  const words = state?.startsWith('UNPAIRED') ? (ask(() => page.document?.body?.innerText) ?? '') : '';
  return {
    version: ask(() => page.Debug?.VERSION),
    state,
    hasSynced: ask(() => page.require('WAWebSocketModel').Socket.hasSynced) === true,
    me: number ?? lid,
    alsoMe: number === null ? null : lid,
    helpers: Boolean(helpers?.sendMessage && helpers.getMessageModel && helpers.getChat),
    listening: typeof page.onAppStateHasSyncedEvent === 'function',
    asksForPasskey: /\bpass-?key|llave de acceso|chave de acesso|clé d.accès|zugangsschlüssel/i.test(
      words.slice(0, 5_000),
    ),
  };
}

/** True the first time it is asked in a document, for each of what is claimed. */
export function claim(what: string): boolean {
  const page = globalThis as unknown as WhatsAppPage;
  page.wbmClaims ??= {};
  if (page.wbmClaims[what]) return false;
  page.wbmClaims[what] = 'begun';
  return true;
}

/** What was claimed is done. Says nothing of a document that was loaded meanwhile. */
export function fulfil(what: string): void {
  const page = globalThis as unknown as WhatsAppPage;
  if (page.wbmClaims?.[what]) page.wbmClaims[what] = 'done';
}

/** It came to nothing: whoever asks next may try. */
export function unclaim(what: string): void {
  const page = globalThis as unknown as WhatsAppPage;
  if (page.wbmClaims) delete page.wbmClaims[what];
}

export function isClaimed(what: string): boolean {
  const page = globalThis as unknown as WhatsAppPage;
  return page.wbmClaims?.[what] !== undefined;
}

export function isFulfilled(what: string): boolean {
  const page = globalThis as unknown as WhatsAppPage;
  return page.wbmClaims?.[what] === 'done';
}

/** Tells the library what it missed: that the page has its chats. */
export function tellSynced(): void {
  const page = globalThis as unknown as WhatsAppPage;
  void page.onAppStateHasSyncedEvent?.();
}

export function refreshQr(): void {
  const page = globalThis as unknown as WhatsAppPage;
  page.require('WAWebCmd').Cmd.refreshQR();
}

export async function unlink(): Promise<void> {
  const page = globalThis as unknown as WhatsAppPage;
  await page.require('WAWebSocketModel').Socket.logout();
}
