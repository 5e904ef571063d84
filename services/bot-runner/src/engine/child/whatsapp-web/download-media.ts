import { type FileHandle, open, rm } from 'node:fs/promises';
import { FILE_MS } from '../../file-deadlines.ts';
import type { EngineArgs, EngineResult } from '../../port.ts';
import { awaitFile } from './await-file.ts';
import type { BotClient } from './bot-client.ts';
import { addresses, type Identities } from './identities.ts';
import { dropFile, readSlice, startDownload } from './page-files.ts';
import { seek } from './page-message.ts';

const SEEK_MS = 15_000;
const SLICE_BYTES = 1024 * 1024;

type Download = EngineResult<'downloadMedia'>;

/** The disk did not take it: full, or its folder is gone. */
class DiskFault extends Error {
  override readonly name = 'DiskFault';
}

/** Fetches files of messages, one at a time: each is in the page's memory as a whole for a while. */
export class MediaDownloads {
  readonly #client: () => BotClient;
  readonly #identities: Identities;
  #last: Promise<unknown> = Promise.resolve();

  constructor(client: () => BotClient, identities: Identities) {
    this.#client = client;
    this.#identities = identities;
  }

  /** Never rejects for what the page does; rejects with `not-ready` when there is no session. */
  fetch(wanted: EngineArgs<'downloadMedia'>): Promise<Download> {
    const untilMs = performance.now() + FILE_MS;
    const turn = this.#last.then(() => this.#fetch(wanted, untilMs));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #fetch(wanted: EngineArgs<'downloadMedia'>, untilMs: number): Promise<Download> {
    const { jid, waMessageId, path, maxBytes } = wanted;
    const client = this.#client();
    try {
      const names = addresses(jid, await this.#identities.of(jid, false));
      const look = (fromMe: boolean) => client.evaluateWithin(SEEK_MS, seek, waMessageId, names, fromMe, true);
      const found = (await look(false)) ?? (await look(true));
      if (!found) return { outcome: 'gone' };
      if (found.size !== null && found.size > maxBytes) return { outcome: 'too-large' };
      await client.evaluate(startDownload, waMessageId, maxBytes);
      const { state, size } = await awaitFile(client, waMessageId, untilMs);
      if (state === 'too-large' || state === 'gone') return { outcome: state };
      // Counted again here: nobody's word but ours decides what is written.
      if (state !== 'done') return { outcome: 'failed' };
      if (size > maxBytes) return { outcome: 'too-large' };
      await write(client, waMessageId, path, size, untilMs);
      return { outcome: 'stored', size, mimeType: found.mimeType };
    } catch (error) {
      return { outcome: error instanceof DiskFault ? 'disk' : 'failed' };
    } finally {
      await client.evaluate(dropFile, waMessageId).catch(() => undefined);
    }
  }
}

/** Whole or not at all: what was written of a file that did not come to its end is removed. */
async function write(client: BotClient, id: string, path: string, size: number, untilMs: number): Promise<void> {
  let file: FileHandle | undefined;
  try {
    await onDisk(rm(path, { force: true }));
    file = await onDisk(open(path, 'wx', 0o600));
    for (let at = 0; at < size; ) {
      if (performance.now() > untilMs) throw new Error('late');
      const slice = Buffer.from(await client.evaluate(readSlice, id, at, SLICE_BYTES), 'base64');
      if (slice.length === 0 || at + slice.length > size) throw new Error('not the size it said');
      await onDisk(file.write(slice));
      at += slice.length;
    }
    await onDisk(file.close());
  } catch (error) {
    await file?.close().catch(() => undefined);
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
}

function onDisk<T>(work: Promise<T>): Promise<T> {
  return work.catch((cause: unknown) => {
    throw new DiskFault('The file could not be written.', { cause });
  });
}
