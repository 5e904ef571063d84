/** A large profile takes minutes on a slow shared volume; a store that answers no more must not keep a bot away for ever. */
const USUAL_MS = 2 * 60_000;
/** Of the shutdown's deadline. The rest is for storing what was received, letting bots go, and closing. */
const DRAIN_SHARE = 0.8;

/**
 * Until when a copy may be kept that is begun at the moment of the call: for minutes, and once the runner was asked to stop,
 * no longer than it may take to do so, however late the copy was begun.
 */
export function copyTime(stopping: AbortSignal, deadlineMs: number): () => AbortSignal {
  const draining = new AbortController();
  const drain = () => void setTimeout(() => draining.abort(), deadlineMs * DRAIN_SHARE).unref();
  if (stopping.aborted) drain();
  else stopping.addEventListener('abort', drain, { once: true });
  return () => AbortSignal.any([AbortSignal.timeout(USUAL_MS), draining.signal]);
}
