import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBlobs } from '@wbm/blobs';
import type { Snapshot, VoidReason } from '@wbm/db';
import { createLog } from '@wbm/runtime';
import { LINKED_NOTE } from '../src/engine/child/whatsapp-web/session-folder.ts';
import type { SessionRows } from '../src/ports.ts';
import { BotSession } from '../src/sessions/bot-session.ts';
import { CopyLine } from '../src/sessions/copy-line.ts';
import { SessionDisk } from '../src/sessions/session-disk.ts';
import { type SessionKey, sessionKey } from '../src/sessions/session-keys.ts';
import { Snapshots } from '../src/sessions/snapshots.ts';

const key = sessionKey(randomBytes(32).toString('hex'));
/** The file that stands for the session. */
export const STATE = 'Default/Local Storage/leveldb/000003.log';

type Row = Snapshot & { void: VoidReason | null };

/** What Postgres knows of the bot's copies. */
function someRows() {
  const table: Row[] = [];
  const world = { table, refused: false, away: false };
  const valid = () => table.filter((row) => row.void === null).toSorted((one, other) => other.runEpoch - one.runEpoch);
  let latest = 0;
  const of = (runEpoch: number): SessionRows => {
    latest = Math.max(latest, runEpoch);
    return rowsOf(runEpoch);
  };
  const rowsOf = (runEpoch: number): SessionRows => ({
    async add({ id }) {
      if (!world.refused) table.push({ id, runEpoch, void: null });
      return !world.refused;
    },
    valid: async () => valid(),
    async void(id, reason) {
      for (const row of table) if (row.id === id) row.void = reason;
    },
    async voidAll(reason) {
      if (world.away) throw new Error('Postgres is away');
      for (const row of table) row.void = reason;
    },
    async prune(keep) {
      if (runEpoch < latest) return null;
      const kept = valid().slice(0, keep);
      table.splice(0, table.length, ...kept);
      return kept.map(({ id }) => id);
    },
    loggedOut: async () => null,
    setLoggedOut: async () => undefined,
    erased: async () => true,
  });
  return { world, of };
}

export type RunOptions = {
  readonly keys?: readonly SessionKey[];
  readonly held?: () => boolean;
  readonly keepMs?: number;
};

/** One bot whose sessions live below `home`, on as many machines as are named. */
export function aSessionWorld(home: string) {
  const rows = someRows();
  const blobs = openBlobs({ dir: join(home, 'blobs') });
  const lines = { keep: new CopyLine(1), restore: new CopyLine(1) };
  const folder = (machine: string) => join(home, machine, 'sessions', 'session-b');
  /** One run of the bot on a machine. */
  const run = (
    machine: string,
    runEpoch: number,
    { keys = [key], held = () => true, keepMs = 60_000 }: RunOptions = {},
  ) => {
    const log = createLog({ service: 'test', level: 'silent' });
    const disk = new SessionDisk({
      botId: 'b',
      sessionsDir: join(home, machine, 'sessions'),
      picturesDir: join(home, machine, 'pictures'),
    });
    const snapshots = new Snapshots({
      workspaceId: 'w',
      botId: 'b',
      runEpoch,
      rows: rows.of(runEpoch),
      blobs,
      keys,
      log,
    });
    return new BotSession({ disk, snapshots, runEpoch, copyTime: () => AbortSignal.timeout(keepMs), lines, held, log });
  };
  const world = {
    ...rows.world,
    refuse: (yes: boolean) => {
      rows.world.refused = yes;
    },
    away: (yes: boolean) => {
      rows.world.away = yes;
    },
    lines,
    blobs,
    run,
    folder,
    /** A whole run: the engine writes, is ready, and ends. */
    async lives(machine: string, runEpoch: number, state: string, options: RunOptions = {}) {
      const session = run(machine, runEpoch, options);
      await session.prepare('whatsapp-web.js');
      await mkdir(join(folder(machine), STATE, '..'), { recursive: true });
      await writeFile(join(folder(machine), STATE), state);
      await writeFile(join(folder(machine), LINKED_NOTE), '');
      session.entered('ready');
      await session.keep();
      return session;
    },
    async finds(machine: string, runEpoch: number, options: RunOptions = {}) {
      await run(machine, runEpoch, options).prepare('whatsapp-web.js');
      return readFile(join(folder(machine), STATE), 'utf8').catch(() => null);
    },
    marker: (machine: string) => readFile(`${folder(machine)}.epoch`, 'utf8').catch(() => null),
    kept: () => blobs.list('sessions'),
  };
  return world;
}
