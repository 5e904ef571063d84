import type { PageLook } from './page-state.ts';

/** What is remembered of a page between two looks at it. All times are milliseconds of one monotonic clock. */
export interface PageMemory {
  readonly aliveAtMs: number;
  /** Moves on while the page does not answer: what it did meanwhile is not known. */
  readonly progressAtMs: number;
  /** It has not answered since `aliveAtMs`. */
  readonly silent: boolean;
  /** By how much `progressAtMs` moved on because of silence since there was any progress. */
  readonly forgivenMs: number;
  readonly qrAtMs: number;
  readonly wasReady: boolean;
  /** How often in a row the page had its chats and the library did not know. */
  readonly missed: number;
  readonly signature: string;
}

export interface Patience {
  readonly readyDeadlineMs: number;
  readonly qrSilenceMs: number;
  readonly hungMs: number;
  /** A pairing code was asked for, so no QR code is to be refreshed. */
  readonly byCode: boolean;
}

/**
 * `refresh-qr`, `tell-synced` and `listen` are to be done now. `offline`: linked, but not usable just now. The others
 * end the session: `logged-out`; `stuck` (linking anew may help); `broken` (the page has its chats and the library does
 * not fit it, so linking anew cannot help); `no-code`, `unreachable`, `hung` and
 * `lost` (starting again may help).
 */
export type Verdict =
  | 'wait'
  | 'refresh-qr'
  | 'no-code'
  | 'passkey'
  | 'tell-synced'
  | 'listen'
  | 'ready'
  | 'offline'
  | 'logged-out'
  | 'stuck'
  | 'broken'
  | 'unreachable'
  | 'hung'
  | 'lost';

const UNPAIRED = new Set(['UNPAIRED', 'UNPAIRED_IDLE']);
/** The library has a new pairing code made every three minutes; one that stays away does not come any more. */
const PAIRING_CODE_MS = 240_000;
/** A page that gave up showing codes is asked again soon, but not at every look. */
const IDLE_QR_MS = 5_000;

export function freshMemory(nowMs: number): PageMemory {
  return {
    aliveAtMs: nowMs,
    progressAtMs: nowMs,
    silent: false,
    forgivenMs: 0,
    qrAtMs: nowMs,
    wasReady: false,
    missed: 0,
    signature: '',
  };
}

/** Decides what to do after one look at a page. `seen` is null when it did not answer; `listens`: messages reach us. */
export function judgePage(
  seen: PageLook | null,
  listens: boolean,
  memory: PageMemory,
  patience: Patience,
  nowMs: number,
): { readonly verdict: Verdict; readonly memory: PageMemory } {
  if (seen === null) {
    return {
      verdict: nowMs - memory.aliveAtMs > patience.hungMs ? 'hung' : memory.wasReady ? 'offline' : 'wait',
      memory: { ...memory, silent: true },
    };
  }
  const signature = JSON.stringify([seen, listens]);
  const same = signature === memory.signature;
  const silentMs = memory.silent ? nowMs - memory.aliveAtMs : 0;
  // Within limits: a page that answers now and then, and gets nowhere, is stuck too.
  const forgivenMs = same ? Math.min(memory.forgivenMs + silentMs, 2 * patience.readyDeadlineMs) : 0;
  const progressAtMs = same ? memory.progressAtMs + forgivenMs - memory.forgivenMs : nowMs;
  const next = { ...memory, aliveAtMs: nowMs, silent: false, forgivenMs, signature, progressAtMs, missed: 0 };
  const idleMs = nowMs - progressAtMs;

  if (seen.version !== null && seen.state !== null && UNPAIRED.has(seen.state)) {
    if (memory.wasReady) return { verdict: 'logged-out', memory: next };
    const waiting = { ...next, progressAtMs: nowMs };
    if (seen.asksForPasskey) return { verdict: 'passkey', memory: waiting };
    const silenceMs = nowMs - memory.qrAtMs;
    const stale = silenceMs > patience.qrSilenceMs || (seen.state === 'UNPAIRED_IDLE' && silenceMs > IDLE_QR_MS);
    if (patience.byCode) return { verdict: silenceMs > PAIRING_CODE_MS ? 'no-code' : 'wait', memory: waiting };
    if (!stale) return { verdict: 'wait', memory: waiting };
    return { verdict: 'refresh-qr', memory: { ...waiting, qrAtMs: nowMs } };
  }
  const connected = seen.state === 'CONNECTED';
  const synced = connected && seen.hasSynced && seen.me !== null;
  if (synced && seen.helpers && listens) return { verdict: 'ready', memory: { ...next, wasReady: true } };
  if (idleMs > patience.readyDeadlineMs) {
    if (seen.version === null) return { verdict: 'lost', memory: next };
    if (synced) return { verdict: 'broken', memory: next };
    if (memory.wasReady) return { verdict: connected ? 'lost' : 'offline', memory: next };
    return { verdict: connected ? 'stuck' : 'unreachable', memory: next };
  }
  if (synced) {
    const missed = { ...next, missed: memory.missed + 1 };
    // One look later, because the library may be at it just now.
    if (memory.missed === 0) return { verdict: 'wait', memory: missed };
    if (seen.helpers) return { verdict: 'listen', memory: missed };
    if (seen.listening) return { verdict: 'tell-synced', memory: missed };
  }
  return { verdict: memory.wasReady ? 'offline' : 'wait', memory: next };
}
