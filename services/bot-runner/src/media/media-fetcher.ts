import type { DueMedia, Fetched } from '@wbm/db';
import { afterFetch, cleanMimeType, fetchRetryMs, isTooLarge, maxMediaBytes, mayBeTried } from '@wbm/domain';
import type { Logger } from '@wbm/runtime';
import { type Coalesced, coalesce } from '../coalesce.ts';
import type { EngineProcess } from '../engine/engine-process.ts';
import { FILE_DEADLINE_MS } from '../engine/file-deadlines.ts';
import type { BotBells, MediaRows } from '../ports.ts';
import type { MediaFiles, Place } from './media-files.ts';

const FIRST_REST_MS = 60_000;
const LONGEST_REST_MS = 15 * 60_000;

type FetcherOptions = {
  readonly media: MediaRows;
  readonly files: MediaFiles;
  readonly bells: Pick<BotBells, 'messageChanged'>;
  readonly log: Logger;
  /** The engine, while its session is ready and can fetch files. */
  readonly process: () => Pick<EngineProcess, 'call'> | undefined;
};

/**
 * Fetches the files that came with messages, one at a time, while the session is ready. Each try is counted before it is
 * made: whatever ends a fetch in the middle, the next ready session tries again, and gives up a file that ends one after the
 * other.
 */
export class MediaFetcher {
  readonly #options: FetcherOptions;
  readonly #loop: Coalesced;
  /** How often in a row the disk took nothing. */
  #faults = 0;
  #restUntilMs = 0;

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
    while (process() !== undefined && performance.now() >= this.#restUntilMs) {
      // One at a time: each is in the page as a whole for a while, and of one that ends its engine it is known which it was.
      const [due] = await media.due(1);
      if (due === undefined) return;
      // What stays due now is looked at again with the next pulse, not at once and for ever.
      if (!(await this.#fetch(due))) return;
    }
  }

  /** False: nothing is known of it. */
  async #fetch(due: DueMedia): Promise<boolean> {
    const { mediaId, tries } = due;
    if (isTooLarge(due)) return this.#mark(due, { outcome: 'too-large' });
    // Nobody came back from those tries to say so.
    if (!mayBeTried(tries)) return this.#mark(due, { outcome: 'failed' });
    const begun = await this.#options.media.begin(mediaId, fetchRetryMs(tries));
    if (begun !== 'begun') return begun === 'settled';
    const what = await this.#attempt(due);
    return what !== null && (await this.#mark(due, what)) && what.outcome !== 'untried';
  }

  /** Null: nobody knows; the try was counted when it began. */
  async #attempt(due: DueMedia): Promise<Fetched | null> {
    let place: Place | undefined;
    try {
      place = await this.#options.files.place();
      const what = await this.#bring(due, place);
      if (what?.outcome === 'stored') this.#faults = 0;
      return what;
    } catch (err) {
      this.#options.log.warn({ mediaId: due.mediaId, err }, 'media.fetch-later');
      return { outcome: 'untried', retryMs: this.#rest() };
    } finally {
      await place?.remove();
    }
  }

  async #bring({ chatJid: jid, waMessageId, kind, tries, mediaId }: DueMedia, place: Place): Promise<Fetched | null> {
    const { files, process } = this.#options;
    const child = process();
    if (child === undefined) return { outcome: 'untried', retryMs: 0 };
    const maxBytes = maxMediaBytes(kind);
    const args = { jid, waMessageId, path: place.path, maxBytes };
    const got = await child.call('downloadMedia', args, FILE_DEADLINE_MS).catch(() => ({ outcome: 'failed' }) as const);
    // The session ended meanwhile, and it may be the file that ended it.
    if (got.outcome === 'failed' && process() === undefined) return null;
    if (got.outcome === 'disk') return { outcome: 'untried', retryMs: this.#rest() };
    if (got.outcome !== 'stored') return afterFetch(got.outcome, tries);
    const kept = await files.keep(mediaId, place);
    if (kept === null) return afterFetch('failed', tries);
    const mimeType = got.mimeType === null ? null : cleanMimeType(got.mimeType);
    if (kept.size <= maxBytes) return { outcome: 'stored', size: kept.size, mimeType };
    await files.remove(mediaId);
    return { outcome: 'too-large' };
  }

  /** The disk takes nothing: whatever else is fetched now is fetched for nothing. Answers for how long nothing is. */
  #rest(): number {
    const ms = Math.min(FIRST_REST_MS * 2 ** this.#faults, LONGEST_REST_MS);
    this.#faults += 1;
    this.#restUntilMs = performance.now() + ms;
    return ms;
  }

  async #mark(due: DueMedia, what: Fetched): Promise<boolean> {
    const { media, files, bells, log } = this.#options;
    const { mediaId } = due;
    const answer = await media.fetched(mediaId, what);
    log.info({ mediaId, outcome: what.outcome, marked: answer.outcome }, 'media.fetched');
    // Taken back while it was fetched, or its bot deleted: its bytes must not stay.
    if (answer.outcome === 'deleted' && what.outcome === 'stored') await files.remove(mediaId);
    if (answer.outcome !== 'marked') return answer.outcome !== 'moved';
    if (answer.leadId !== null && answer.messageId !== null && !('retryMs' in what)) {
      bells.messageChanged(answer.leadId, answer.messageId);
    }
    return true;
  }
}
