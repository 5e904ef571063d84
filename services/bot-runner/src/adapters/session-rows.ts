import type { Database, HeldBot } from '@wbm/db';
import type { SessionRows } from '../ports.ts';

/** The store of copies, narrowed to one bot in one run. */
export function sessionRows(database: Database, { workspaceId, botId, runEpoch }: HeldBot): SessionRows {
  const { snapshots } = database.workspace(workspaceId);
  return {
    add: (snapshot) => snapshots.add(botId, runEpoch, snapshot),
    valid: () => snapshots.valid(botId),
    void: (snapshotId, reason) => snapshots.void(botId, snapshotId, reason),
    voidAll: (reason) => snapshots.voidAll(botId, runEpoch, reason),
    prune: (keep) => snapshots.prune(botId, runEpoch, keep),
    loggedOut: () => snapshots.loggedOut(botId),
    setLoggedOut: (fault) => snapshots.setLoggedOut(botId, runEpoch, fault),
    erased: () => snapshots.erased(botId, runEpoch),
  };
}
