/** Longer than WhatsApp gives any code. */
const longestMs = 60_000;
/** What WhatsApp gives each code but the first. */
const usualMs = 20_000;

/**
 * Pure: whole seconds until the next code is due, never below nothing, for one that came here at `cameAt` (epoch
 * milliseconds, as `now`). `expiresAt` is the server's moment, and its clock is not this one: a code that was over before
 * it came has its usual life before it all the same, and none lives longer than any. Null when nobody said until when.
 */
export function secondsLeft(expiresAt: string | null, cameAt: number, now: number): number | null {
  if (expiresAt === null) return null;
  const livesMs = Date.parse(expiresAt) - cameAt;
  const end = cameAt + (livesMs > 0 ? Math.min(livesMs, longestMs) : usualMs);
  return Math.max(0, Math.ceil((end - now) / 1_000));
}
