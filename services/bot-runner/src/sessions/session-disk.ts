import { appendFile, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncPath } from '@wbm/runtime';
import { SessionFolder } from '../engine/child/whatsapp-web/session-folder.ts';
import { type Browser, stamped } from '../engine/end-browsers.ts';
import { hasSession } from './profile-archive.ts';
import { whenMissing } from './when-missing.ts';

type DiskOptions = { readonly botId: string; readonly sessionsDir: string; readonly picturesDir: string };

/**
 * What this machine's disk holds of one bot's session: its folder, and beside it a marker with the run that last began
 * on it, and the copies that were of no use. The runner touches the folder only while no engine runs, under the same lock
 * that an engine takes.
 */
export class SessionDisk {
  readonly #options: DiskOptions;
  readonly #folder: SessionFolder;
  readonly #marker: string;
  readonly #tried: string;
  readonly #growing: string;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: DiskOptions) {
    this.#options = options;
    this.#folder = new SessionFolder(options.sessionsDir, options.botId);
    this.#marker = `${this.#folder.path}.epoch`;
    this.#tried = `${this.#folder.path}.tried`;
    this.#growing = `${this.#folder.path}.restoring`;
  }

  get profile(): string {
    return this.#folder.path;
  }

  /** Does `work` while nobody else has the folder. Throws `FolderInUse` when an engine that lives will not let go. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(async () => {
      await this.#folder.lock();
      try {
        await this.#folder.clear();
        return await work();
      } finally {
        this.#folder.unlock();
      }
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** What goes on with the folder although the engine that had it is gone. Throws when the disk does not say. */
  browsersLeft(): Browser[] {
    return stamped(this.#folder.leftBehind());
  }

  hasSession(): Promise<boolean> {
    return hasSession(this.#folder.path);
  }

  /** Whether a number was ever linked with the session that is here. */
  async wasLinked(): Promise<boolean> {
    return this.#folder.wasLinked && (await this.hasSession());
  }

  /** Whether a session was put aside here that WhatsApp may not have ended. */
  async putAside(): Promise<boolean> {
    const names = await readdir(join(this.#folder.root, 'aside')).catch(whenMissing<string[]>([]));
    return names.some((name) => ['stuck', 'damaged'].some((why) => name.startsWith(`${this.#options.botId}.${why}.`)));
  }

  /** The copies that were restored here, by their ids, and asked for a new link: no other run need try them. */
  async tried(): Promise<string[]> {
    return (await readFile(this.#tried, 'utf8').catch(whenMissing(''))).split('\n').filter((id) => id !== '');
  }

  async noteTried(copyId: string): Promise<void> {
    await mkdir(this.#folder.root, { recursive: true, mode: 0o700 });
    await appendFile(this.#tried, `${copyId}\n`, { mode: 0o600 });
  }

  /** A number is linked: what comes of its copies is another matter. */
  async forgetTried(): Promise<void> {
    await rm(this.#tried, { force: true });
  }

  /** The run that last began here; null when none did. Throws when the disk does not say. */
  async lastRun(): Promise<number | null> {
    const text = await readFile(this.#marker, 'utf8').catch(whenMissing(''));
    return /^\d+$/.test(text) ? Number(text) : null;
  }

  /** Written through, so that after a power cut it is not older than what the run did to the folder. */
  async mark(runEpoch: number): Promise<void> {
    await mkdir(this.#folder.root, { recursive: true, mode: 0o700 });
    const part = `${this.#marker}.part`;
    const file = await open(part, 'w', 0o600);
    try {
      await file.writeFile(String(runEpoch));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, this.#marker);
    await syncPath(this.#folder.root);
  }

  /**
   * Has `write` fill an empty folder, which then takes the place of the session's; that one is put aside. Nothing changes
   * when `write` throws or answers false, as this then does. Only alone.
   */
  async replace(write: (into: string) => Promise<boolean>): Promise<boolean> {
    await rm(this.#growing, { recursive: true, force: true });
    await mkdir(this.#growing, { recursive: true, mode: 0o700 });
    let written = false;
    try {
      written = await write(this.#growing);
    } finally {
      if (!written) await rm(this.#growing, { recursive: true, force: true });
    }
    if (!written) return false;
    this.#folder.moveAside('replaced', new Date());
    await rename(this.#growing, this.#folder.path);
    await syncPath(this.#folder.root);
    return true;
  }

  /** Removes all this disk has of the bot: session, what was put aside, pictures of its pages. Only alone. */
  async erase(): Promise<void> {
    const { botId, picturesDir } = this.#options;
    const mine = `session-${botId}`;
    // No id has a dot in it. The lock goes last, by itself.
    const isMine = (name: string) => name === mine || (name.startsWith(`${mine}.`) && name !== `${mine}.lock`);
    await removeAll(this.#folder.root, isMine);
    await removeAll(join(this.#folder.root, 'aside'), (name) => name.startsWith(`${botId}.`));
    // A picture's name is the bot's id, a dash and the time; another id may begin like this one.
    const picture = new RegExp(`^${botId}-\\d{4}-\\d\\d-\\d\\dT`);
    await removeAll(picturesDir, (name) => picture.test(name));
  }
}

async function removeAll(folder: string, isMine: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(folder).catch(whenMissing<string[]>([]))) {
    if (isMine(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** The bots of which something is in this folder of sessions. */
export async function botsOnDisk(sessionsDir: string): Promise<string[]> {
  const of = async (folder: string, pattern: RegExp) =>
    (await readdir(folder).catch(whenMissing<string[]>([]))).flatMap((name) => pattern.exec(name)?.[1] ?? []);
  const found = await Promise.all([
    of(sessionsDir, /^session-([a-z0-9_-]+)(?:\.|$)/),
    of(join(sessionsDir, 'aside'), /^([a-z0-9_-]+)\./),
  ]);
  return [...new Set(found.flat())];
}
