import type { MediaKind } from '../vocabulary.ts';
import { maxMediaBytes } from './limits.ts';

const MOST_TRIES = 5;
const FIRST_RETRY_MS = 10_000;

/** Why an engine could not bring a file from WhatsApp. */
export type NotFetched = 'too-large' | 'gone' | 'failed';

export type FetchDecision = { readonly outcome: NotFetched } | { readonly outcome: 'later'; readonly retryMs: number };

/** Whether a file is worth asking for: one that says itself that it is too large is not. `size`: bytes by the sender's word. */
export function isTooLarge({ kind, size }: { readonly kind: MediaKind; readonly size: number | null }): boolean {
  return size !== null && size > maxMediaBytes(kind);
}

/** Whether a file may be asked for once more; `tries`: how often that was begun, be it that nobody came back to say how it went. */
export function mayBeTried(tries: number): boolean {
  return tries < MOST_TRIES;
}

/** How long to wait after a try that failed; `tries`: how often it had failed before. */
export function fetchRetryMs(tries: number): number {
  return FIRST_RETRY_MS * 4 ** tries;
}

/** What becomes of a file that could not be fetched; `tries`: how often it had failed before. */
export function afterFetch(outcome: NotFetched, tries: number): FetchDecision {
  if (outcome !== 'failed' || tries + 1 >= MOST_TRIES) return { outcome };
  return { outcome: 'later', retryMs: fetchRetryMs(tries) };
}
