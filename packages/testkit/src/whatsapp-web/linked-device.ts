import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Account } from './account.ts';
import type { Device, Trace, UnlinkWay } from './api.ts';
import { goodDay, type PageBehaviour, type SendBehaviour } from './behaviour.ts';
import { crashRenderersOf } from './crash-renderer.ts';
import { keyOf } from './message-key.ts';
import type { PageConnection } from './page-connection.ts';
import type { Navigation, SendReturn, ServerNews, WireMessage, WireSession } from './wire.ts';

/** One device as the servers see it: the session it has, its sockets, and what it has not heard yet. */
export class LinkedDevice implements Device {
  readonly session: WireSession = {
    device: randomBytes(8).toString('hex'),
    secret: randomBytes(16).toString('hex'),
  };
  readonly account: Account;
  mostLiveSockets = 0;
  connections = 0;
  sends = 0;
  linked = true;
  readonly #ofAll: () => Partial<PageBehaviour>;
  readonly #sockets = new Set<PageConnection>();
  readonly #unheard: ServerNews[] = [];
  #own: Partial<PageBehaviour> = {};
  #nextSend: Partial<SendBehaviour> | undefined;

  constructor(account: Account, ofAll: () => Partial<PageBehaviour>) {
    this.account = account;
    this.#ofAll = ofAll;
    account.devices.push(this);
  }

  get id(): string {
    return this.session.device;
  }

  get liveSockets(): number {
    return this.#sockets.size;
  }

  get synced(): boolean {
    return this.#page?.synced === true;
  }

  get userAgent(): string {
    return this.#connected().userAgent;
  }

  get behaviour(): PageBehaviour {
    return { ...goodDay, ...this.#ofAll(), ...this.#own };
  }

  get #page(): PageConnection | undefined {
    return [...this.#sockets].at(-1);
  }

  #connected(): PageConnection {
    const page = this.#page;
    if (!page) throw new Error('no page of this device is connected');
    return page;
  }

  /** A page shows the session of this device. The newest socket wins, as at WhatsApp. */
  attach(page: PageConnection, { fresh, tab }: { readonly fresh: boolean; readonly tab: string }): void {
    for (const older of this.#sockets) if (older !== page && older.tab === tab) this.detach(older);
    page.tab = tab;
    this.#sockets.add(page);
    this.connections += 1;
    this.mostLiveSockets = Math.max(this.mostLiveSockets, this.#sockets.size);
    for (const older of this.#sockets) if (older !== page) older.sayConflict();

    void page.sayBehaviour(this.behaviour);
    const late = !fresh || this.behaviour.offlineMessages === 'after-ready';
    const missed = late ? [...this.#unheard] : [];
    this.#unheard.length = 0;
    const unseen = new Set(missed.flatMap((news) => (news.frame === 'message' ? [keyOf(news.message)] : [])));
    page.send({ frame: 'account', account: this.account.snapshot(unseen), missed });
  }

  detach(page: PageConnection): void {
    this.#sockets.delete(page);
  }

  tell(news: ServerNews): void {
    if (!this.linked) return;
    const page = this.#page;
    if (page?.open) page.send(news);
    else this.#unheard.push(news);
  }

  /** Takes a message from the page and says when its send call may return. */
  take(message: WireMessage): SendReturn {
    const how = { ...this.behaviour.send, ...this.#nextSend };
    this.#nextSend = undefined;
    this.sends += 1;
    void this.#carry(message, how);
    if (how.outcome === 'hang') return 'never';
    return how.acksBeforeReturn || how.outcome.startsWith('crash') ? 'after-result' : 'now';
  }

  async #carry(message: WireMessage, how: SendBehaviour): Promise<void> {
    const key = keyOf(message);
    // At least one turn, so that the page has the answer to its question before what comes of it.
    await pause(how.delayMs, undefined, { ref: false });
    if (how.outcome === 'crash-before') return this.crashPage();
    if (how.outcome === 'lost' || how.outcome === 'hang') return;
    if (how.outcome === 'error' || !this.account.take(message, this)) {
      this.tell({ frame: 'ack', key, ack: -1 });
      return this.tell({ frame: 'result', key, ok: false });
    }
    if (how.outcome === 'crash-after') return this.crashPage();
    if (how.outcome === 'unanswered') return;
    if (!how.acksBeforeReturn) this.tell({ frame: 'result', key, ok: true });
    for (const ack of how.acks) this.account.ack(key, ack);
    if (how.acksBeforeReturn) this.tell({ frame: 'result', key, ok: true });
  }

  async behave(change: Partial<PageBehaviour>): Promise<void> {
    this.#own = { ...this.#own, ...change };
    await Promise.all([...this.#sockets].map((page) => page.sayBehaviour(this.behaviour)));
  }

  nextSend(change: Partial<SendBehaviour>): void {
    this.#nextSend = change;
  }

  dropSocket(): void {
    this.#connected().cut();
  }

  conflict(): void {
    this.#connected().sayConflict();
  }

  navigate(way: Navigation = 'reload'): void {
    this.#connected().send({ frame: 'navigate', way });
  }

  syncAgain(): void {
    this.#connected().send({ frame: 'sync-again' });
  }

  freezePage(ms: number): void {
    this.#connected().send({ frame: 'freeze', ms });
  }

  async crashPage(): Promise<void> {
    crashRenderersOf(this.#connected().peerPort);
  }

  async trace(): Promise<Trace> {
    return this.#connected().trace();
  }

  /** `told`: its page hears of it. A page that logged itself out knows. */
  unlink(told: UnlinkWay | null): void {
    this.linked = false;
    this.#unheard.length = 0;
    if (told !== null) for (const page of this.#sockets) page.send({ frame: told });
  }
}
