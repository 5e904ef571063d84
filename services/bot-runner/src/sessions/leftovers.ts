import type { Logger } from '@wbm/runtime';
import type { Fleet } from '../ports.ts';
import { botsOnDisk, SessionDisk } from './session-disk.ts';

type LeftoverOptions = {
  readonly fleet: Pick<Fleet, 'erased'>;
  readonly sessionsDir: string;
  readonly picturesDir: string;
  readonly log: Logger;
};

/**
 * A bot may have run on this machine once and been deleted on another: removes what is left of such ones here. Whoever
 * erased it has ended the session itself.
 */
export async function removeLeftovers({ fleet, log, ...folders }: LeftoverOptions): Promise<void> {
  const there = await botsOnDisk(folders.sessionsDir);
  if (there.length === 0) return;
  for (const botId of await fleet.erased(there)) {
    const disk = new SessionDisk({ botId, ...folders });
    await disk.alone(() => disk.erase());
    log.info({ botId }, 'session.leftovers-removed');
  }
}
