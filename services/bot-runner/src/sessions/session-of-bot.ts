import { join } from 'node:path';
import type { Blobs } from '@wbm/blobs';
import type { HeldBot } from '@wbm/db';
import type { Logger } from '@wbm/runtime';
import type { SessionRows } from '../ports.ts';
import { BotSession } from './bot-session.ts';
import { CopyLine } from './copy-line.ts';
import { copyTime } from './copy-time.ts';
import { SessionDisk } from './session-disk.ts';
import { type SessionKey, sessionKey } from './session-keys.ts';
import { Snapshots } from './snapshots.ts';

/** Packing keeps a core and the disk busy. */
const COPIES_AT_ONCE = 2;

interface SessionConfig {
  readonly DATA_DIR: string;
  readonly SHUTDOWN_DEADLINE_MS: number;
  readonly SESSION_KEY?: string | undefined;
  readonly SESSION_KEY_PREVIOUS?: string | undefined;
}

export type SessionFolders = { readonly sessionsDir: string; readonly picturesDir: string };

/** Where a runner keeps what engines leave on the disk. */
export function sessionFolders({ DATA_DIR }: Pick<SessionConfig, 'DATA_DIR'>): SessionFolders {
  return { sessionsDir: join(DATA_DIR, 'sessions'), picturesDir: join(DATA_DIR, 'pictures') };
}

type SessionSurroundings = {
  readonly blobs: Blobs;
  readonly rowsOf: (held: HeldBot) => SessionRows;
  readonly leaseHolds: () => boolean;
  /** Aborts when the runner is asked to stop. */
  readonly stopping: AbortSignal;
  readonly log: Logger;
};

/** Makes the session of whichever bot this runner takes. Says once when there is no key to copy sessions with. */
export function sessionsOf(config: SessionConfig, { blobs, rowsOf, leaseHolds, stopping, log }: SessionSurroundings) {
  const given = [config.SESSION_KEY, config.SESSION_KEY_PREVIOUS].filter((text) => text !== undefined);
  // A former key alone would seal new copies with it.
  const keys: readonly SessionKey[] = config.SESSION_KEY === undefined ? [] : given.map(sessionKey);
  if (keys.length === 0) log.warn('sessions.not-copied');
  const lines = { keep: new CopyLine(COPIES_AT_ONCE), restore: new CopyLine(COPIES_AT_ONCE) };
  const time = copyTime(stopping, config.SHUTDOWN_DEADLINE_MS);
  return (held: HeldBot): BotSession => {
    const { workspaceId, botId, runEpoch } = held;
    const own = log.child({ botId, runEpoch });
    return new BotSession({
      disk: new SessionDisk({ botId, ...sessionFolders(config) }),
      snapshots: new Snapshots({ workspaceId, botId, runEpoch, rows: rowsOf(held), blobs, keys, log: own }),
      runEpoch,
      copyTime: time,
      lines,
      held: leaseHolds,
      log: own,
    });
  };
}
