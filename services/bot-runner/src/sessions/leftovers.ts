import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@wbm/runtime';
import type { Fleet } from '../ports.ts';
import { botsOnDisk, SessionDisk } from './session-disk.ts';
import { whenMissing } from './when-missing.ts';

type LeftoverOptions = {
  readonly fleet: Pick<Fleet, 'erased'>;
  readonly sessionsDir: string;
  readonly picturesDir: string;
  readonly log: Logger;
};

/** No start of an engine takes so long. */
const LEFT_BEHIND_MS = 60 * 60_000;
/** A profile that Chromium was tried with, a session that was being restored, a lock that was being written. */
const PASSING = /^session-([a-z0-9_-]+)\.(?:probe|restoring|lock\.[0-9a-f-]{36})$/;

/**
 * A bot may have run on this machine once and been deleted on another: removes what is left of such ones here. Whoever
 * erased it has ended the session itself. Removes also what engines that were killed left beside sessions. What cannot
 * be removed now is tried again with the next call, and holds up nothing else.
 */
export async function removeLeftovers({ fleet, log, ...folders }: LeftoverOptions): Promise<void> {
  await removePassing(folders.sessionsDir, log);
  const there = await botsOnDisk(folders.sessionsDir);
  if (there.length === 0) return;
  for (const botId of await fleet.erased(there)) {
    const disk = new SessionDisk({ botId, ...folders });
    try {
      await disk.alone(() => disk.erase());
      log.info({ botId }, 'session.leftovers-removed');
    } catch (err) {
      log.warn({ botId, err }, 'session.leftovers-stay');
    }
  }
}

async function removePassing(folder: string, log: Logger): Promise<void> {
  const before = Date.now() - LEFT_BEHIND_MS;
  for (const name of await readdir(folder).catch(whenMissing<string[]>([]))) {
    const botId = PASSING.exec(name)?.[1];
    if (botId === undefined) continue;
    const path = join(folder, name);
    try {
      const found = await stat(path).catch(whenMissing(null));
      if (found && found.mtimeMs < before) await rm(path, { recursive: true, force: true });
    } catch (err) {
      log.warn({ botId, err }, 'session.leftovers-stay');
    }
  }
}
