/** How a session came to its end. `lost` may be tried again, `refused` needs a person. */
export type SessionEnd =
  /** `byUs`: somebody asked for it here. */
  | { readonly why: 'logged-out'; readonly byUs?: true }
  /** A number was linked with its folder, and it asks to be linked all the same. */
  | { readonly why: 'damaged' }
  | { readonly why: 'conflict' }
  /** Linked, and never ready: linking it anew may help. */
  | { readonly why: 'stuck' }
  /** Chromium ended as soon as it was started, or could not be. */
  | { readonly why: 'no-browser'; readonly reason: string }
  | { readonly why: 'lost' | 'refused'; readonly reason: string };

const REFUSED: Readonly<Record<string, string>> = {
  TOS_BLOCK: 'WhatsApp has blocked this number. Open WhatsApp on the phone to see why.',
  SMB_TOS_BLOCK: 'WhatsApp has blocked this business number. Open WhatsApp on the phone to see why.',
  PROXYBLOCK: 'WhatsApp refuses the network this runs on. Use another network or proxy.',
  DEPRECATED_VERSION: 'WhatsApp no longer accepts this version of WhatsApp Web. Update this product.',
};

/** What a state of WhatsApp Web that the library ended the session for means. */
export function endOfState(state: string): SessionEnd {
  if (state === 'CONFLICT') return { why: 'conflict' };
  if (state === 'LOGOUT' || state === 'UNPAIRED' || state === 'UNPAIRED_IDLE') return { why: 'logged-out' };
  const reason = REFUSED[state];
  if (reason !== undefined) return { why: 'refused', reason };
  return { why: 'lost', reason: 'WhatsApp Web ended the session and it is being started again.' };
}

/** Which end a state that the page shows is; the library tells of it only once it has all its listeners. Null: it is none. */
export function endSeen(state: string | null): SessionEnd | null {
  const end = state === null ? null : endOfState(state);
  return end?.why === 'conflict' || end?.why === 'refused' ? end : null;
}

/** Why a session could not be begun. */
export function endOfStart(error: unknown): SessionEnd {
  const words = error instanceof Error ? error.message : String(error);
  if (/No usable sandbox|setuid sandbox|Running as root without --no-sandbox/i.test(words)) {
    return {
      why: 'refused',
      reason:
        'Chromium has no sandbox on this machine. Allow unprivileged user namespaces, or set CHROMIUM_SANDBOX=false.',
    };
  }
  if (/Couldn't load version/.test(words)) {
    return {
      why: 'refused',
      reason: 'The pinned version of WhatsApp Web is not in the cache folder. Unset WWEBJS_WEB_VERSION.',
    };
  }
  if (/Failed to launch/.test(words) && !/timed out/i.test(words)) {
    return {
      why: 'no-browser',
      reason: 'Chromium did not start. Its path, its libraries and the free memory may be the reason.',
    };
  }
  if (/Failed to launch/.test(words))
    return { why: 'lost', reason: 'Chromium did not start in time. It is tried again.' };
  if (/net::|Navigation timeout|TimeoutError/.test(words)) {
    return { why: 'lost', reason: 'WhatsApp Web could not be loaded. Is the internet reachable from here?' };
  }
  return { why: 'lost', reason: 'WhatsApp Web did not start and is being tried again.' };
}
