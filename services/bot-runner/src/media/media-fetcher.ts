import type { DueMedia, Fetched } from '@wbm/db';
import { afterFetch, cleanMimeType, isTooLarge, maxMediaBytes } from '@wbm/domain';
import type { Logger } from '@wbm/runtime';
import { type Coalesced, coalesce } from '../coalesce.ts';
import type { EngineProcess } from '../engine/engine-process.ts';
import { FILE_DEADLINE_MS } from '../engine/file-deadlines.ts';
import type { BotBells, MediaRows } from '../ports.ts';
import type { MediaFiles, Place } from './media-files.ts';

const AT_ONCE = 2;

type FetcherOptions = {
  readonly media: MediaRows;
  readonly files: MediaFiles;
  readonly bells: Pick<BotBells, 'messageChanged'>;
  readonly log: Logger;
  /** The engine, while its session is ready and can fetch files. */
  readonly process: () => Pick<EngineProcess, 'call'> | undefined;
};

/**
 * Fetches the files that came with messages, two at a time, while the session is ready. A row stays due until its file is
 * kept or can never be, so whatever ends a fetch in the middle, the next ready session does it again.
 */
export class MediaFetcher {
  readonly #options: FetcherOptions;
  readonly #loop: Coalesced;

  constructor(options: FetcherOptions) {
    this.#options = options;
    this.#loop = coalesce(options.log, 'media', () => this.#fetchDue());
  }

  /** Something may be due. */
  wake(): void {
    if (this.#options.process() !== undefined) this.#loop.wake();
  }

  idle(): Promise<void> {
    return this.#loop.idle();
  }

  async #fetchDue(): Promise<void> {
    const { media, process } = this.#options;
    while (process() !== undefined) {
      const due = await media.due(AT_ONCE);
      if (due.length === 0) return;
      const settled = await Promise.all(due.map((one) => this.#fetch(one)));
      // What stays due now is looked at again with the next pulse, not at once and for ever.
      if (settled.includes(false)) return;
    }
  }

  /** False: nothing is known of it, and the row stays due. */
  async #fetch(due: DueMedia): Promise<boolean> {
    const { files, log } = this.#options;
    if (isTooLarge(due)) return this.#mark(due, { outcome: 'too-large' });
    let place: Place | undefined;
    try {
      place = await files.place();
      return await this.#bring(due, place);
    } catch (err) {
      log.warn({ mediaId: due.mediaId, err }, 'media.fetch-later');
      return false;
    } finally {
      await place?.remove();
    }
  }

  async #bring(due: DueMedia, place: Place): Promise<boolean> {
    const { files, process } = this.#options;
    const child = process();
    if (child === undefined) return false;
    const { chatJid: jid, waMessageId, kind, tries, mediaId } = due;
    const maxBytes = maxMediaBytes(kind);
    const args = { jid, waMessageId, path: place.path, maxBytes };
    const got = await child.call('downloadMedia', args, FILE_DEADLINE_MS).catch(() => ({ outcome: 'failed' }) as const);
    // The session ended meanwhile, which is not the file's fault.
    if (got.outcome === 'failed' && process() === undefined) return false;
    if (got.outcome !== 'stored') return this.#mark(due, afterFetch(got.outcome, tries));
    const kept = await files.keep(mediaId, place);
    if (kept === null) return this.#mark(due, afterFetch('failed', tries));
    const mimeType = got.mimeType === null ? null : cleanMimeType(got.mimeType);
    if (kept.size <= maxBytes) return this.#mark(due, { outcome: 'stored', size: kept.size, mimeType });
    await files.remove(mediaId);
    return this.#mark(due, { outcome: 'too-large' });
  }

  async #mark(due: DueMedia, what: Fetched): Promise<boolean> {
    const { media, files, bells, log } = this.#options;
    const { mediaId } = due;
    const answer = await media.fetched(mediaId, what);
    log.info({ mediaId, outcome: what.outcome, marked: answer.outcome }, 'media.fetched');
    // Taken back while it was fetched: its bytes must not stay.
    if (answer.outcome === 'deleted' && what.outcome === 'stored') await files.remove(mediaId);
    if (answer.outcome !== 'marked') return answer.outcome !== 'moved';
    if (answer.leadId !== null && answer.messageId !== null && what.outcome !== 'later') {
      bells.messageChanged(answer.leadId, answer.messageId);
    }
    return true;
  }
}
