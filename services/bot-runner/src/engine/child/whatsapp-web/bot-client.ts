import { withDeadline } from '../../../deadline.ts';
import { closeBrowser, launchBrowser } from './launch-browser.ts';
import { LibraryClient, type Page } from './library.ts';
import { claim, fulfil, isClaimed, isFulfilled, look, type PageLook, unclaim } from './page-state.ts';

const LOAD_MS = 60_000;
const START_STATE_MS = 250;
const EVALUATE_MS = 15_000;
const WHATSAPP = 'https://web.whatsapp.com/';
/** States in which the page has not yet decided whether it needs to be linked. */
const UNDECIDED = new Set<string | null>([null, 'OPENING', 'UNLAUNCHED', 'PAIRING']);

/**
 * The library's client with what is known to fail in it mended: how it starts, injects itself and ends. Besides the
 * library's own events it emits `renderer_gone`, `browser_gone`, `reloaded`, `injection_failed` and `pairing_failed`.
 */
export class BotClient extends LibraryClient {
  #closing: Promise<void> | undefined;
  /** Of the documents that were loaded one after the other, which it is now. */
  #document = 0;
  #injecting: Promise<void> = Promise.resolve();
  #attaching: Promise<void> = Promise.resolve();

  /** It has been ended, or is being ended. */
  get closed(): boolean {
    return this.#closing !== undefined;
  }

  get page(): Page {
    if (!this.pupPage || this.#closing) throw new Error('closed');
    return this.pupPage;
  }

  /**
   * Instead of the library's: loads with a deadline, watches for crashes, and listens to navigations of the main
   * document only. Theirs would also delete the session folder under the living browser when the phone unlinks us.
   */
  override async initialize(): Promise<void> {
    await this.authStrategy.beforeBrowserInitialized();
    const browser = await launchBrowser(this.options.puppeteer);
    this.pupBrowser = browser;
    if (this.#closing) {
      await closeBrowser(browser);
      throw new Error('closed');
    }
    const page = (await browser.pages())[0] ?? (await browser.newPage());
    this.pupPage = page;
    page.on('error', () => this.emit('renderer_gone'));
    browser.on('disconnected', () => this.emit('browser_gone'));
    await this.authStrategy.afterBrowserInitialized();
    await this.initWebVersionCache();
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) void this.#navigated(frame.url());
    });
    await page.goto(WHATSAPP, { waitUntil: 'load', timeout: LOAD_MS, referer: 'https://whatsapp.com/' });
    await this.inject();
  }

  /** Once in each document, one after the other: the library would add its listeners again at every navigation. */
  override inject(): Promise<void> {
    const turn = this.#injecting.then(async () => {
      await this.#decided();
      await this.#once('inject', () => super.inject());
    });
    this.#injecting = turn.catch(() => undefined);
    return turn;
  }

  /** Likewise: two signs of being ready in one moment would make every message arrive twice. */
  override attachEventListeners(): Promise<void> {
    const turn = this.#attaching.then(() => this.#once('listen', () => super.attachEventListeners()));
    this.#attaching = turn.catch(() => undefined);
    return turn;
  }

  /** Whether the library hears of messages in the document that is loaded now: that it has begun to listen is too early. */
  listens(): Promise<boolean> {
    return this.evaluate(isFulfilled, 'listen');
  }

  /** The library does not wait for it and would die of its failure. */
  override async requestPairingCode(phone: string, notify?: boolean, intervalMs?: number): Promise<string> {
    try {
      return await super.requestPairingCode(phone, notify, intervalMs);
    } catch {
      this.emit('pairing_failed');
      return '';
    }
  }

  /** Always ends the browser, however far the start came, and never throws. */
  override destroy(): Promise<void> {
    this.#closing ??= this.pupBrowser ? closeBrowser(this.pupBrowser) : Promise.resolve();
    return this.#closing;
  }

  /** Tells whether the document that is loaded now is still there. */
  documentWatch(): () => boolean {
    const document = this.#document;
    return () => !this.closed && this.#document === document;
  }

  look(): Promise<PageLook> {
    return this.evaluate(look);
  }

  /** Runs a function inside the page, with a deadline of our own: a dead renderer answers nothing for minutes. */
  evaluate<A extends unknown[], R>(script: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
    return this.evaluateWithin(EVALUATE_MS, script, ...args);
  }

  async evaluateWithin<A extends unknown[], R>(ms: number, script: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
    return (await withDeadline(ms, this.page.evaluate(script as never, ...args))) as Awaited<R>;
  }

  async #once(what: string, work: () => Promise<void>): Promise<void> {
    if (!(await this.evaluate(claim, what))) return;
    try {
      await work();
      await this.evaluate(fulfil, what);
    } catch (error) {
      await this.evaluate(unclaim, what).catch(() => undefined);
      throw error;
    }
  }

  /** The library waits inside the page for this, where a deadline of the protocol would end it. */
  async #decided(): Promise<void> {
    const untilMs = performance.now() + LOAD_MS;
    for (;;) {
      const seen = await this.look().catch(() => null);
      if (seen?.version && !UNDECIDED.has(seen.state)) return;
      if (this.#closing) throw new Error('closed');
      // A page that is still connecting is the watch's business; one without its application is not WhatsApp.
      if (!seen?.version && performance.now() > untilMs) throw new Error('no application');
      await new Promise((resolve) => setTimeout(resolve, START_STATE_MS));
    }
  }

  async #navigated(url: string): Promise<void> {
    if (this.#closing) return;
    if (url.includes('post_logout=1') || this.lastLoggedOut) {
      this.lastLoggedOut = false;
      this.emit('disconnected', 'LOGOUT');
      return;
    }
    if (!(await this.evaluate(isClaimed, 'inject').catch(() => true))) {
      this.#document += 1;
      this.emit('reloaded');
    }
    await this.inject().catch(() => {
      if (!this.#closing) this.emit('injection_failed');
    });
  }
}
