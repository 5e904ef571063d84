import type { Ack } from './api.ts';

/** What becomes of a message that a device sends. */
export interface SendBehaviour {
  /** The acks that WhatsApp reports of it, in this order. */
  readonly acks: readonly Ack[];
  /** Whether these acks come before the page's send call returns. */
  readonly acksBeforeReturn: boolean;
  /** How long WhatsApp takes to answer, in milliseconds. The send call returns before that unless it waits for acks. */
  readonly delayMs: number;
  /**
   * `ok`: it arrives. `error`: WhatsApp refuses it, which the page shows as ack -1. `lost`: it does not arrive and
   * nobody says so. `unanswered`: it arrives and nobody says so. `hang`: it does not arrive and the send call never
   * returns. `crash-before` and `crash-after`: the renderer dies before or after it arrives.
   */
  readonly outcome: 'ok' | 'error' | 'lost' | 'unanswered' | 'hang' | 'crash-before' | 'crash-after';
}

/** How the page behaves. The defaults are those of a good day. */
export interface PageBehaviour {
  /**
   * `never`: connected, and its chats never come. `twice`: it says so a second time. `early`: its chats are there before
   * the library listens, which the library misses; only a page that loads with a session can be that early.
   */
  readonly ready: 'once' | 'never' | 'twice' | 'early';
  /** The property of a message key that holds the whole key as one string. WhatsApp has renamed it before. */
  readonly messageIdKey: string;
  /**
   * `undefined`: a message that was sent is not found right afterwards, although it left. `error`: the send call fails
   * after the message was added, whatever becomes of it.
   */
  readonly sendReturns: 'message' | 'undefined' | 'error';
  /**
   * `september-2026`, as it is now: what is made of a file for sending carries an id of its own that hides the message's
   * (whatsapp-web.js PR #201923), and a download that does not name the file's type is refused (#201908). `before`:
   * neither.
   */
  readonly mediaApi: 'september-2026' | 'before';
  /** What WhatsApp says instead of taking a session that logs in; null on a good day. */
  readonly refusal: null | 'CONFLICT' | 'TOS_BLOCK' | 'SMB_TOS_BLOCK' | 'PROXYBLOCK' | 'DEPRECATED_VERSION';
  /** After the scan the page asks for a passkey, and no device is linked. `with-codes`: it goes on making codes. */
  readonly passkey: boolean | 'with-codes';
  /** False: the page loads and its application never starts. */
  readonly starts: boolean;
  /** Modules that `require` does not know. */
  readonly missing: readonly string[];
  /** `Module.function`: throws when called. */
  readonly throwing: readonly string[];
  /** `Module.function`: answers with a promise that never settles. */
  readonly hanging: readonly string[];
  /** Percentages that the page shows before it has its chats. */
  readonly progress: readonly number[];
  /** How long the page takes from its login until it has its chats, in milliseconds. */
  readonly syncMs: number;
  /** How long the page takes for each of the library's first ten listeners, in milliseconds. */
  readonly attachMs: number;
  /** When what came while the device was away arrives: in the chats before it is ready, or as new messages after. */
  readonly offlineMessages: 'before-ready' | 'after-ready';
  /** How many earlier messages one look back brings. */
  readonly historyPage: number;
  /** How long a lost connection is left alone, in milliseconds. */
  readonly reconnectMs: number;
  /** How long one QR code is shown, in milliseconds. */
  readonly refLivesMs: number;
  /** How many QR codes are shown before the page gives up and waits (`UNPAIRED_IDLE`). */
  readonly refs: number;
  /** Extra memory of the page, in MB, for those who measure. */
  readonly ballastMb: number;
  /** How long WhatsApp takes to answer anything that the page asks, in milliseconds. */
  readonly latencyMs: number;
  /** How long a message that was handed to the page waits there before it shows and leaves, in milliseconds. */
  readonly handOverMs: number;
  readonly send: SendBehaviour;
}

export const goodDay: PageBehaviour = {
  ready: 'once',
  messageIdKey: '_serialized',
  sendReturns: 'message',
  mediaApi: 'september-2026',
  refusal: null,
  passkey: false,
  starts: true,
  missing: [],
  throwing: [],
  hanging: [],
  progress: [100],
  syncMs: 0,
  attachMs: 0,
  offlineMessages: 'before-ready',
  historyPage: 20,
  reconnectMs: 300,
  refLivesMs: 20_000,
  refs: 6,
  ballastMb: 0,
  latencyMs: 0,
  handOverMs: 0,
  send: { acks: [1], acksBeforeReturn: false, delayMs: 0, outcome: 'ok' },
};

/** Chromium 156 keeps a page of the public internet away from loopback; and no page of a test may leave the machine. */
export const testBrowserArgs: readonly string[] = [
  '--disable-features=LocalNetworkAccessChecks',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];
