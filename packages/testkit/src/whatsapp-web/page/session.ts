import type { ServerNews, WireAccount, WireSession } from '../wire.ts';
import { Cmd } from './commands.ts';
import type { Line } from './line.ts';
import { applyNews } from './news.ts';
import { sendUnsettledAgain } from './outgoing.ts';
import { askForPasskey } from './passkey.ts';
import { Conn, Socket } from './socket.ts';
import { Chat, chatModel, Msg, me, messageModel } from './store.ts';
import { today } from './today.ts';

const KEPT_AS = 'session';
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function readSession(): WireSession | null {
  const kept = localStorage.getItem(KEPT_AS);
  return kept === null ? null : (JSON.parse(kept) as WireSession);
}

/** Being linked or not, and everything that leads from one to the other. */
export class Session {
  readonly #line: Line;
  readonly #started: () => void;
  #offlineProgress = 0;
  #refTimer = 0;
  #refsShown = 0;
  /** Set when the servers said goodbye: no new attempt then. */
  #over = false;

  constructor(line: Line, started: () => void) {
    this.#line = line;
    this.#started = started;
    Cmd.refreshQR = () => void this.#showRefs().catch(() => undefined);
    Socket.logout = () => this.#logout();
    Socket.reconnect = () => this.#reconnect();
    Socket.takeover = () => this.#reconnect();
  }

  get offlineProgress(): number {
    return this.#offlineProgress;
  }

  hello(): void {
    const tab = sessionStorage.getItem('tab') ?? crypto.randomUUID();
    sessionStorage.setItem('tab', tab);
    const fresh = me.account === undefined;
    void this.#line.ask('hello', { session: readSession(), fresh, tab }).catch(() => undefined);
  }

  unlinked(ref: string): void {
    localStorage.removeItem(KEPT_AS);
    this.#refsShown = 0;
    this.#showRef(ref);
    this.#started();
  }

  linked(session: WireSession): void {
    clearTimeout(this.#refTimer);
    localStorage.setItem(KEPT_AS, JSON.stringify(session));
    Socket.become('PAIRING');
    this.hello();
  }

  async loggedIn(account: WireAccount, missed: readonly ServerNews[]): Promise<void> {
    const again = me.account !== undefined;
    me.account = account;
    // Without an event: a code that is used up is no new code.
    Object.assign(Conn, { ref: null, pushname: account.name });
    const { refusal } = today.behaviour;
    if (refusal !== null) {
      this.#over = true;
      Socket.become(refusal);
      return this.#started();
    }
    if (!again) fill(account);
    const early = !again && today.behaviour.ready === 'early';
    if (early) Socket.set({ hasSynced: true });
    Socket.become('CONNECTED');
    this.#started();
    if (again) sendUnsettledAgain(this.#line);
    else if (early) await this.#line.ask('synced', {});
    else await this.#sync();
    // Who has no listener yet would not hear of it.
    if (missed.length > 0) await Msg.whenHeard('add');
    for (const news of missed) applyNews(news);
  }

  async #sync(): Promise<void> {
    const { ready, progress, syncMs } = today.behaviour;
    await Socket.whenHeard('change:hasSynced');
    for (const percent of progress) {
      this.#offlineProgress = percent;
      Cmd.trigger('offline_progress_update_from_bridge');
      await pause(syncMs / progress.length);
    }
    if (ready === 'never') return;
    Socket.set({ hasSynced: true });
    await this.#line.ask('synced', {});
    if (ready === 'twice') {
      await pause(200);
      Socket.trigger('change:hasSynced', Socket, true);
    }
  }

  cut(): void {
    if (this.#over) return;
    if (Socket.state === 'CONNECTED') Socket.become('TIMEOUT');
    // Without a connection the application starts all the same, and waits.
    this.#started();
    setTimeout(() => this.#line.connect(), today.behaviour.reconnectMs);
  }

  conflict(): void {
    this.#over = true;
    Socket.become('CONFLICT');
  }

  unpaired(): void {
    this.#over = true;
    localStorage.removeItem(KEPT_AS);
    Socket.become('UNPAIRED');
  }

  /** Says goodbye and goes to the start page, which shows a QR code. */
  loggedOut(): void {
    this.#over = true;
    localStorage.removeItem(KEPT_AS);
    Cmd.trigger('logout');
    // The library must have heard of it in its own process before the page goes.
    setTimeout(() => location.replace('https://web.whatsapp.com/'), 150);
  }

  async #logout(): Promise<void> {
    await this.#line.ask('logout', {});
    this.#over = true;
    localStorage.removeItem(KEPT_AS);
    setTimeout(() => location.replace('https://web.whatsapp.com/'), 1_000);
  }

  #reconnect(): void {
    this.#over = false;
    Socket.become('OPENING');
    this.#line.connect();
  }

  passkey(): void {
    if (today.behaviour.passkey !== 'with-codes') clearTimeout(this.#refTimer);
    askForPasskey();
  }

  async #showRefs(): Promise<void> {
    this.#refsShown = 0;
    this.#showRef(await this.#line.ask('ref', {}));
  }

  #showRef(ref: string): void {
    this.#refsShown += 1;
    Conn.set({ ref });
    Socket.become('UNPAIRED');
    clearTimeout(this.#refTimer);
    this.#refTimer = setTimeout(() => void this.#nextRef().catch(() => undefined), today.behaviour.refLivesMs);
  }

  async #nextRef(): Promise<void> {
    if (this.#refsShown >= today.behaviour.refs) return Socket.become('UNPAIRED_IDLE');
    this.#showRef(await this.#line.ask('ref', {}));
  }
}

function fill(account: WireAccount): void {
  for (const wire of account.chats) {
    const chat = Chat.add(chatModel(wire));
    if (!wire.last) continue;
    const last = messageModel(wire.last, false);
    chat.msgs.add(last);
    Msg.add(last);
    Object.assign(chat, { lastReceivedKey: last.id });
  }
}
