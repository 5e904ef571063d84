import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { withDeadline } from '../../../deadline.ts';
import type { WhatsAppWebSettings } from '../../whatsapp-web-settings.ts';
import type { BotClient } from './bot-client.ts';
import { freshMemory, judgePage, type PageMemory, type Verdict } from './judge-page.ts';
import { type PageLook, refreshQr, tellSynced } from './page-state.ts';
import { endOfStart, endOfState, endSeen, type SessionEnd } from './session-end.ts';

const LOOK_MS = 2_000;
const ANSWER_MS = 10_000;
const PICTURE_MS = 5_000;
/** How long WhatsApp shows the first code of a page, and each later one. */
const FIRST_QR_MS = 60_000;
const LATER_QR_MS = 20_000;
const NO_CODE = 'WhatsApp gave no pairing code. Check the number and try again later.';

/** What a session tells. After its end it tells nothing more. */
export interface SessionEvents {
  qr(qr: string, expiresAt: Date): void;
  code(code: string): void;
  passkey(): void;
  authenticated(): void;
  /** The page knows our own address, so a number is linked. Told at every look. */
  linked(): void;
  progress(percent: number): void;
  /** `me` is our own address, `also` what else is. Told again after every time offline. */
  ready(me: string, also: readonly string[]): void;
  offline(): void;
  message(raw: unknown): void;
  ack(raw: unknown, ack: number): void;
  edit(raw: unknown, text: string): void;
  revoke(raw: unknown): void;
  reaction(raw: unknown): void;
  undecrypted(raw: unknown): void;
  end(end: SessionEnd): void;
}

interface SessionOptions {
  readonly client: BotClient;
  readonly settings: WhatsAppWebSettings;
  readonly byCode: boolean;
  readonly events: SessionEvents;
}

/** The library waits for no such message to become readable, and says nothing more of it. */
function isOnPhoneAlone(raw: unknown): boolean {
  const { subtype } = (raw ?? {}) as { readonly subtype?: unknown };
  return typeof subtype === 'string' && subtype.endsWith('_unavailable_fanout');
}

type Phase = 'starting' | 'linking' | 'ready' | 'offline' | 'ended';

/** One browser with one page of WhatsApp Web, from its start to its one end. A new session needs a new object. */
export class Session {
  readonly client: BotClient;
  readonly #options: SessionOptions;
  readonly #underWay = Promise.withResolvers<void>();
  #phase: Phase = 'starting';
  #memory: PageMemory = freshMemory(performance.now());
  #timer: NodeJS.Timeout | undefined;
  #codesShown = 0;
  #askedForPasskey = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.client = options.client;
    this.#listen();
  }

  get ready(): boolean {
    return this.#phase === 'ready';
  }

  /** Whether the page has answered lately. */
  get healthy(): boolean {
    return performance.now() - this.#memory.aliveAtMs <= this.#options.settings.hungMs;
  }

  /** Resolves as soon as the session says anything, be it its end. */
  async start(): Promise<void> {
    this.client.initialize().then(
      () => this.#underWay.resolve(),
      (error) => this.#end(endOfStart(error)),
    );
    this.#timer = setTimeout(() => void this.#look(), LOOK_MS);
    await this.#underWay.promise;
  }

  /** Ends the browser and keeps the link. Nothing is told. */
  async close(): Promise<void> {
    this.#phase = 'ended';
    clearTimeout(this.#timer);
    this.#underWay.resolve();
    await this.client.destroy();
  }

  /** A picture of what the page shows, for whoever has to find out why it is stuck. Null: it could not be taken. */
  async picture(name: string): Promise<string | null> {
    const path = join(this.#options.settings.picturesDir, name) as `${string}.png`;
    try {
      mkdirSync(this.#options.settings.picturesDir, { recursive: true, mode: 0o700 });
      await withDeadline(PICTURE_MS, this.client.page.screenshot({ path }));
      return path;
    } catch {
      return null;
    }
  }

  #listen(): void {
    const { events } = this.#options;
    const on = <A extends unknown[]>(event: string, hear: (...args: A) => void) => {
      this.client.on(event, (...args: never[]) => {
        if (this.#phase !== 'ended') hear(...(args as unknown as A));
      });
    };
    const data = (message: unknown) => (message as { _data?: unknown })._data;
    on('qr', (qr: string) => this.#showQr(qr));
    on('code', (code: string) => this.#showCode(code));
    on('authenticated', () => this.#linked());
    on('ready', () => void this.#look());
    on('loading_screen', (percent: unknown) => this.#progress(Number(percent)));
    on('change_state', () => void this.#look());
    on('disconnected', (state: string) => this.#end(endOfState(state)));
    on('message_create', (message: unknown) => events.message(data(message)));
    on('message_ack', (message: unknown, ack: number) => events.ack(data(message), ack));
    on('message_edit', (message: unknown, text: unknown) => events.edit(data(message), String(text ?? '')));
    on('message_revoke_everyone', (message: unknown) => events.revoke(data(message)));
    on('message_reaction', (reaction: unknown) => events.reaction(reaction));
    on('message_ciphertext', (message: unknown) => {
      if (isOnPhoneAlone(data(message))) events.undecrypted(data(message));
    });
    on('message_ciphertext_failed', (message: unknown) => events.undecrypted(data(message)));
    on('reloaded', () => this.#goOffline());
    on('renderer_gone', () => this.#lose('The page of WhatsApp Web crashed and is being started again.'));
    on('browser_gone', () => this.#lose('Chromium ended unexpectedly and is being started again.'));
    on('injection_failed', () => this.#lose('WhatsApp Web loaded itself again and is being started again.'));
    on('pairing_failed', () => this.#lose(NO_CODE));
  }

  #showCode(code: string): void {
    this.#memory = { ...this.#memory, qrAtMs: performance.now() };
    this.#say(() => this.#options.events.code(code));
  }

  #showQr(qr: string): void {
    const now = performance.now();
    this.#memory = { ...this.#memory, qrAtMs: now, progressAtMs: now };
    // It may go on making codes, of which none links it.
    if (this.#askedForPasskey) return;
    const livesMs = this.#codesShown === 0 ? FIRST_QR_MS : LATER_QR_MS;
    this.#codesShown += 1;
    this.#say(() => this.#options.events.qr(qr, new Date(Date.now() + livesMs)));
  }

  /** The library says so again at every sign of the page's being ready. */
  #linked(): void {
    if (this.#phase !== 'starting') return;
    this.#phase = 'linking';
    this.#say(() => this.#options.events.authenticated());
  }

  #progress(percent: number): void {
    this.#memory = { ...this.#memory, progressAtMs: performance.now() };
    if (this.#phase !== 'starting' && this.#phase !== 'linking') return;
    if (!Number.isFinite(percent)) return;
    this.#say(() => this.#options.events.progress(Math.round(Math.min(100, Math.max(0, percent)))));
  }

  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    const [seen, listens] = await withDeadline(
      ANSWER_MS,
      Promise.all([this.client.look(), this.client.listens()]),
    ).catch(() => [null, false] as const);
    if (this.#phase === 'ended') return;
    clearTimeout(this.#timer);
    const end = endSeen(seen?.state ?? null);
    if (end) return this.#end(end);
    const { settings, byCode } = this.#options;
    const nowMs = performance.now();
    // Until there is a page, launching has deadlines of its own.
    if (!this.client.pupPage) this.#memory = freshMemory(nowMs);
    const judged = judgePage(seen, listens, this.#memory, { ...settings, byCode }, nowMs);
    this.#memory = judged.memory;
    if (seen !== null && seen.me !== null) this.#options.events.linked();
    if (seen !== null && judged.verdict !== 'passkey') this.#askedForPasskey = false;
    await this.#act(judged.verdict, seen).catch(() => undefined);
    if (!this.#isOver()) this.#timer = setTimeout(() => void this.#look(), LOOK_MS);
  }

  async #act(verdict: Verdict, seen: PageLook | null): Promise<void> {
    switch (verdict) {
      case 'wait':
        return;
      case 'refresh-qr':
        return this.client.evaluate(refreshQr);
      case 'tell-synced':
        return this.client.evaluate(tellSynced);
      case 'listen':
        return this.client.attachEventListeners();
      case 'passkey':
        if (!this.#askedForPasskey) this.#say(() => this.#options.events.passkey());
        this.#askedForPasskey = true;
        return;
      case 'ready':
        return seen?.me ? this.#becomeReady(seen.me, seen.alsoMe === null ? [] : [seen.alsoMe]) : undefined;
      case 'no-code':
        return this.#lose(NO_CODE);
      case 'offline':
        return this.#goOffline();
      case 'logged-out':
      case 'stuck':
        return this.#end({ why: verdict });
      case 'broken':
        return this.#end({
          why: 'refused',
          reason: 'WhatsApp Web has changed and this version cannot work with it. Update this product.',
        });
      case 'unreachable':
        return this.#lose('WhatsApp cannot be reached and is being tried again.');
      case 'hung':
        return this.#lose('The page of WhatsApp Web stopped answering and is being started again.');
      case 'lost':
        return this.#lose('The session stopped working and is being started again.');
    }
  }

  #becomeReady(me: string, also: readonly string[]): void {
    if (this.#phase === 'ready') return;
    this.#linked();
    this.#phase = 'ready';
    this.#say(() => this.#options.events.ready(me, also));
  }

  /** What is written meanwhile may never be told as new, so becoming ready is told once more. */
  #goOffline(): void {
    if (this.#phase !== 'ready') return;
    this.#phase = 'offline';
    this.#options.events.offline();
  }

  #isOver(): boolean {
    return this.#phase === 'ended';
  }

  #lose(reason: string): void {
    this.#end({ why: 'lost', reason });
  }

  #say(tell: () => void): void {
    tell();
    this.#underWay.resolve();
  }

  #end(end: SessionEnd): void {
    if (this.#phase === 'ended') return;
    this.#phase = 'ended';
    clearTimeout(this.#timer);
    this.#say(() => this.#options.events.end(end));
  }
}
