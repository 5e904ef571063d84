import { sendRetryMs } from '@wbm/domain';
import type { Logger } from '@wbm/runtime';
import type { MediaFiles, Place } from './media-files.ts';

type OutgoingOptions = {
  readonly files: Pick<MediaFiles, 'lend'>;
  readonly log: Logger;
  /** From 0 to 1. */
  readonly random?: () => number;
};

/**
 * The files that leave a bot. While their folder cannot be used, nothing that waits for one is at fault: it is asked again,
 * later each time, and until then not at all.
 */
export class OutgoingFiles {
  readonly #options: OutgoingOptions;
  /** How often in a row the folder could not be used. */
  #faults = 0;
  #restUntilMs = 0;

  constructor(options: OutgoingOptions) {
    this.#options = options;
  }

  /** A copy that an engine may read. `gone`: there is no such file any more. `later`: the folder cannot be used now. */
  async lend(mediaId: string): Promise<Place | 'gone' | 'later'> {
    const { files, log, random = Math.random } = this.#options;
    if (performance.now() < this.#restUntilMs) return 'later';
    try {
      const copy = await files.lend(mediaId);
      this.#faults = 0;
      return copy ?? 'gone';
    } catch (err) {
      this.#faults += 1;
      const restMs = sendRetryMs(this.#faults, random());
      this.#restUntilMs = performance.now() + restMs;
      log.warn({ mediaId, restMs, err }, 'media.lend-later');
      return 'later';
    }
  }
}
