import { findChromium } from '@wbm/chromium';
import type { EngineEvent } from '../../port.ts';
import type { WhatsAppWebSettings } from '../../whatsapp-web-settings.ts';
import { browserFlags } from './browser-flags.ts';
import type { Session, SessionEvents } from './session.ts';
import type { SessionEnd } from './session-end.ts';
import { FolderInUse, IN_USE, SessionFolder } from './session-folder.ts';

const NO_CHROMIUM =
  'No Chromium was found. Install chromium-headless-shell (on Debian: apt-get install chromium-headless-shell), or say in CHROMIUM_PATH where one is.';
const NAMED_CHROMIUM =
  'CHROMIUM_PATH names no program that can be run. Correct it, or unset it to use the system’s Chromium.';
const UNUSABLE = 'The session folder cannot be used. Is there space on the disk, and may it be written?';
const SCAN = 'It was put aside. Scan the code to link the number again.';
const NOT_VALID = `The stored session is not valid any more: the phone has unlinked this device, or its files are damaged. ${SCAN}`;
const NO_FOLDER = `What is stored as the session is no session. ${SCAN}`;
const UNSTARTABLE = `Chromium does not start with the stored session, and does without it. ${SCAN}`;
const UNLINKED = 'The phone unlinked this device. Scan the code to link it again.';
const CONFLICT = 'WhatsApp Web was opened elsewhere with this session. Restart the bot to use it here.';

/** So often Chromium may fail to start with a stored session, and start without it, before the session is put aside. */
const STARTS = 3;

type Heard = Omit<SessionEvents, 'end' | 'qr' | 'linked'> & {
  /** `reason`: why a number that was linked has to be linked again. */
  qr(qr: string, expiresAt: Date, reason: string | undefined): void;
};
type KeeperOptions = {
  readonly settings: WhatsAppWebSettings;
  readonly emit: (event: EngineEvent) => void;
  readonly heard: Heard;
};

/**
 * Keeps one session at a time: begins it, follows it to its end, and decides what comes after. A session that WhatsApp
 * ended, or that is linked and twice never got ready, is put aside and a new one begun; what may pass by itself or needs a
 * person is told to the runner, which starts again or waits.
 */
export class SessionKeeper {
  readonly #options: KeeperOptions;
  readonly #folder: SessionFolder;
  #session: Session | undefined;
  #change: Promise<void> = Promise.resolve();
  #stopped = true;
  #relinked = false;
  /** The stored session was tried once more in a new browser since it was last ready. */
  #triedAgain = false;
  /** What people are told as long as they are asked to link the number again. */
  #whyAgain: string | undefined;
  /** In a row, while Chromium starts elsewhere. */
  #failedStarts = 0;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#folder = new SessionFolder(options.settings.sessionsDir, options.settings.botId);
  }

  /** The session, while it can be used. */
  get ready(): Session | null {
    return this.#session?.ready ? this.#session : null;
  }

  /** Whether what should answer does. */
  get healthy(): boolean {
    return this.#session?.healthy ?? true;
  }

  /** Resolves when the session says its first word. `phone`: link by a code for this number instead of a QR code. */
  begin(phone: string | null = null): Promise<void> {
    this.#stopped = false;
    return this.#next(async () => {
      await this.#close();
      if (!this.#stopped) await this.#open(phone);
    });
  }

  /** Ends the session in order and keeps its link. */
  stop(): Promise<void> {
    this.#stopped = true;
    // At once, and not in its turn: a start that waits for its first word would hold it up.
    const closing = this.#session?.close();
    return this.#next(async () => {
      await closing;
      await this.#close();
      this.#folder.unlock();
    });
  }

  /** The link is gone: shows a new code. The library tells nothing of a logout of our own. */
  unlinked(): Promise<void> {
    const session = this.#session;
    return session ? this.#next(() => this.#after(session, { why: 'logged-out', byUs: true })) : Promise.resolve();
  }

  async #open(phone: string | null): Promise<void> {
    const { settings } = this.#options;
    const chromium = findChromium(settings.chromiumPath);
    if (!chromium) return this.#fail(true, settings.chromiumPath === null ? NO_CHROMIUM : NAMED_CHROMIUM);
    try {
      await this.#folder.lock();
      if (this.#folder.isNoFolder) this.#putAside('damaged', NO_FOLDER);
      await this.#folder.clear();
    } catch (error) {
      return this.#fail(false, error instanceof FolderInUse ? IN_USE : UNUSABLE);
    }
    const { openSession } = await import('./open-session.ts');
    if (this.#stopped) return;
    const wasLinked = this.#folder.wasLinked;
    const session: Session = openSession({
      settings,
      chromium,
      phone,
      sessionsRoot: this.#folder.root,
      flags: browserFlags({ sandbox: settings.sandbox, extra: settings.extraBrowserFlags }),
      events: {
        ...this.#options.heard,
        qr: (qr, expiresAt) => {
          if (wasLinked) void this.#next(() => this.#after(session, { why: 'damaged' }));
          else this.#options.heard.qr(qr, expiresAt, this.#whyAgain);
        },
        ready: (me, also) => {
          this.#relinked = false;
          this.#triedAgain = false;
          this.#whyAgain = undefined;
          this.#failedStarts = 0;
          this.#options.heard.ready(me, also);
        },
        linked: () => this.#folder.noteLinked(),
        end: (end) => void this.#next(() => this.#after(session, end)),
      },
    });
    this.#session = session;
    await session.start();
  }

  /** Serialised with every other change, so that an older session's end cannot touch a newer one. */
  async #after(session: Session, end: SessionEnd): Promise<void> {
    if (this.#stopped || this.#session !== session) return;
    const { emit } = this.#options;
    const again = end.why === 'stuck' && this.#folder.wasLinked && !this.#triedAgain;
    const picture = end.why === 'stuck' && !again ? await session.picture(this.#pictureName()) : null;
    await this.#close();
    switch (end.why) {
      case 'logged-out':
        emit({ event: 'state', state: 'logged-out', reason: end.byUs ? null : UNLINKED });
        return this.#afresh('logged-out', end.byUs ? undefined : UNLINKED);
      case 'damaged':
        return this.#afresh('damaged', NOT_VALID);
      case 'no-browser':
        if (!(await this.#startsElsewhere(session))) return this.#fail(false, end.reason);
        this.#failedStarts += 1;
        if (this.#failedStarts < STARTS) return this.#open(null);
        return this.#afresh('damaged', UNSTARTABLE);
      case 'conflict':
        return emit({ event: 'state', state: 'conflict', reason: CONFLICT });
      case 'stuck':
        // A session that once worked is worth a second look before a person is asked to scan.
        this.#triedAgain = true;
        return again ? this.#open(null) : this.#onStuck(picture);
      case 'lost':
        return this.#fail(false, end.reason);
      case 'refused':
        return this.#fail(true, end.reason);
    }
  }

  async #onStuck(picture: string | null): Promise<void> {
    const shown = picture === null ? '' : ` A picture of the page is in ${picture}.`;
    if (this.#relinked) return this.#fail(true, `WhatsApp Web links this number and never gets ready.${shown}`);
    this.#relinked = true;
    const reason =
      'WhatsApp Web never got ready with the stored session. It was put aside; scan the code to link anew.';
    this.#options.emit({ event: 'state', state: 'logged-out', reason, kept: true });
    await this.#afresh('stuck', reason);
  }

  /** Puts the folder away, and begins a session with nothing stored. */
  #afresh(why: 'stuck' | 'damaged' | 'logged-out', whyAgain: string | undefined): Promise<void> {
    this.#putAside(why, whyAgain);
    return this.#open(null);
  }

  #putAside(why: 'stuck' | 'damaged' | 'logged-out', whyAgain: string | undefined): void {
    this.#folder.moveAside(why, new Date());
    this.#whyAgain = whyAgain;
    this.#failedStarts = 0;
  }

  /** Whether Chromium, which did not start with a session that is worth something, starts where nothing is stored. */
  async #startsElsewhere(session: Session): Promise<boolean> {
    if (!this.#folder.wasLinked) return false;
    const { canLaunch } = await import('./launch-browser.ts');
    return canLaunch({ ...session.client.options.puppeteer, userDataDir: `${this.#folder.path}.probe` });
  }

  #fail(fatal: boolean, reason: string): void {
    this.#folder.unlock();
    this.#options.emit({ event: 'failure', fatal, reason });
  }

  async #close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.close();
  }

  #pictureName(): string {
    return `${this.#options.settings.botId}-${new Date().toISOString().replaceAll(':', '-')}.png`;
  }

  #next(change: () => Promise<void>): Promise<void> {
    const turn = this.#change.then(change);
    this.#change = turn.catch(() => this.#fail(false, 'The session could not be changed and is being started again.'));
    return turn;
  }
}
