const LATEST_MS = Date.UTC(9999, 11, 31);

/** A moment as the page tells it, in ISO; now when it is no moment at all: other people's phones write it. */
export function pageInstant(ms: unknown, now: Date = new Date()): string {
  const at = typeof ms === 'number' && ms > 0 && ms < LATEST_MS ? new Date(ms) : now;
  return at.toISOString();
}
