import type { BotStatePatch } from '@wbm/db';
import { FolderInUse, IN_USE } from '../engine/child/whatsapp-web/session-folder.ts';

const NO_SPACE = 'There is no space left on the disk for the session. It is tried again.';
const NOT_OURS =
  'The session folder may not be read or written. Who runs the bots must own DATA_DIR. It is tried again.';
const BROKEN = 'The disk with the session folder does not answer as it should. It is tried again.';
const NO_PLACE = 'The session folder cannot be made: something else is in its place in DATA_DIR. It is tried again.';
const NOT_UNPACKED =
  'Chromium could not be unpacked. Is there space on the disk, and may DATA_DIR be written? It is tried again.';
const LATER_RUN =
  'The session on this machine is newer than the database, as after a restored backup. See “session.later-run” in docs/engines.md.';

const ofTheDisk = new Map([
  ['ENOSPC', NO_SPACE],
  ['EDQUOT', NO_SPACE],
  ['EACCES', NOT_OURS],
  ['EPERM', NOT_OURS],
  ['EROFS', NOT_OURS],
  ['EIO', BROKEN],
  ['ENOTDIR', NO_PLACE],
  ['EEXIST', NO_PLACE],
  ['chromium.not-unpacked', NOT_UNPACKED],
  ['session.later-run', LATER_RUN],
]);

/**
 * What to show of a bot whose session, or whose Chromium, could not be made ready on the disk, until it can. Null: it was
 * no fault of the disk, such as Postgres being away, and there is nothing that anybody should do to the session.
 */
export function stateOfTrouble(err: unknown): BotStatePatch | null {
  const reason = err instanceof FolderInUse ? IN_USE : ofTheDisk.get(codeOf(err));
  return reason === undefined ? null : { state: 'reconnecting', reason };
}

function codeOf(err: unknown): string {
  return err instanceof Error && 'code' in err ? String(err.code) : '';
}
