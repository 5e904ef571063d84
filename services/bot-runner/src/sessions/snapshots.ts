import { randomUUID } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { pipeline as flow } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { BlobMissing, type Blobs } from '@wbm/blobs';
import type { Snapshot } from '@wbm/db';
import type { Logger } from '@wbm/runtime';
import type { SessionRows } from '../ports.ts';
import { NotAnArchive, packProfile, unpackProfile } from './profile-archive.ts';
import { CannotOpen, open, seal } from './seal.ts';
import type { SessionKey } from './session-keys.ts';

const KEPT = 3;
const MOST_BYTES = 2 * 1024 ** 3;

/** Why a copy cannot be had: its bytes are wrong, sealed with a key that is not ours, or not in the store. */
export type CopyFault = 'unreadable' | 'other-key' | 'missing';

interface SnapshotOptions {
  readonly workspaceId: string;
  readonly botId: string;
  readonly runEpoch: number;
  readonly rows: SessionRows;
  readonly blobs: Blobs;
  /** The first seals; all open. */
  readonly keys: readonly SessionKey[];
  readonly log: Logger;
}

/** The copies of one bot's session, sealed, in the blob store; Postgres knows which of them count. */
export class Snapshots {
  readonly #options: SnapshotOptions;
  readonly #prefix: string;
  /** What this run last did to its copies: tidying must not meet one whose bytes are there and which is not entered yet. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: SnapshotOptions) {
    this.#options = options;
    this.#prefix = `sessions/${options.workspaceId}/${options.botId}`;
  }

  /** Without a key nothing is copied and nothing restored. */
  get possible(): boolean {
    return this.#options.keys.length > 0;
  }

  /** Those that can be restored, the newest first. */
  valid(): Promise<Snapshot[]> {
    return this.possible ? this.#options.rows.valid() : Promise.resolve([]);
  }

  /** Keeps a copy of the session in `profile`, to which nothing writes meanwhile. Throws when it cannot, or is aborted. */
  take(profile: string, signal: AbortSignal): Promise<void> {
    return this.#inTurn(() => this.#take(profile, signal));
  }

  async #take(profile: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { rows, blobs, keys, log, runEpoch } = this.#options;
    const [key] = keys;
    const archive = key && (await packProfile(profile));
    if (!key || !archive) return;
    const snapshotId = randomUUID();
    const packed = pipeline(Readable.from(archive), createGzip({ level: 1 }), () => undefined);
    const sealed = Readable.from(until(signal, seal(packed, key, this.#whose(snapshotId, runEpoch))));
    const { size } = await blobs
      .put(this.#keyOf(snapshotId), sealed, { maxBytes: MOST_BYTES, signal, reserved: true })
      .finally(() => packed.destroy());
    if (await rows.add({ id: snapshotId, size })) {
      log.info({ snapshotId, size }, 'session.copied');
      await this.#tidy();
    } else {
      log.info('session.copy-refused');
      await blobs.remove(this.#keyOf(snapshotId));
    }
  }

  /**
   * Writes the copy's session into the empty folder `into`. Answers why it cannot be had, now or ever, and another may be
   * tried; what was written then is of no use. Throws when it is aborted, or the disk or Postgres fails, which says
   * nothing of the copy.
   */
  async restore({ id, runEpoch }: Snapshot, into: string, signal: AbortSignal): Promise<CopyFault | null> {
    const { rows, blobs, keys, log } = this.#options;
    const whose = this.#whose(id, runEpoch);
    try {
      await flow(
        await blobs.read(this.#keyOf(id)),
        (sealed: AsyncIterable<Buffer>) => open(sealed, keys, whose),
        createGunzip(),
        (archive: AsyncIterable<Buffer>) => unpackProfile(archive, into),
        { signal },
      );
      return null;
    } catch (err) {
      signal.throwIfAborted(); // What it broke off with looks like a broken copy.
      const why = failureOf(err);
      if (why === null) throw err;
      // A copy that is not there, or has a key that we have not, may be there or have it tomorrow.
      log.warn({ snapshotId: id, why }, 'session.copy-unusable');
      if (why === 'unreadable') await rows.void(id, why);
      return why;
    }
  }

  /** WhatsApp ended the session: no copy of it is of use. */
  async voidAll(): Promise<void> {
    await this.#options.rows.voidAll('logged-out');
  }

  /** Forgets copies that are not kept, and removes the bytes of all that are not entered. */
  tidy(): Promise<void> {
    return this.#inTurn(() => this.#tidy());
  }

  async #tidy(): Promise<void> {
    const { rows, blobs } = this.#options;
    // Listed before this run is known to have the bot still, so that nothing of a later one is among them.
    const there = await blobs.list(this.#prefix);
    const ids = await rows.prune(KEPT);
    if (ids === null) return;
    const kept = new Set(ids.map((id) => this.#keyOf(id)));
    for (const key of there) if (!kept.has(key)) await blobs.remove(key);
  }

  /** Removes the bytes of all copies, entered or not. */
  async removeBytes(): Promise<void> {
    await this.#options.blobs.removeAll(this.#prefix);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #keyOf(snapshotId: string): string {
    return `${this.#prefix}/${snapshotId}`;
  }

  #whose(snapshotId: string, runEpoch: number) {
    const { workspaceId, botId } = this.#options;
    return { workspaceId, botId, runEpoch, snapshotId };
  }
}

/** Fails when it is read after the signal; a stream that fails before it has a reader would end the process. */
async function* until(signal: AbortSignal, pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    signal.throwIfAborted();
    yield piece;
  }
}

function failureOf(err: unknown): CopyFault | null {
  if (err instanceof CannotOpen) return err.why === 'broken' ? 'unreadable' : err.why;
  if (err instanceof BlobMissing) return 'missing';
  const packedWrong = err instanceof Error && 'code' in err && String(err.code).startsWith('Z_');
  return packedWrong || err instanceof NotAnArchive ? 'unreadable' : null;
}
