const longestRestartMs = 5 * 60_000;
const longestTurnRetryMs = 60_000;
const longestSendRetryMs = 60_000;
const mostSends = 8;

/**
 * Milliseconds before a failed engine is started again: doubling from one second, at most five minutes. `random01` spreads
 * the upper half, so that bots that failed together do not come back together.
 */
export function restartDelayMs(failures: number, random01: number): number {
  if (failures <= 0) return 0;
  return Math.round(doubled(1_000, failures, longestRestartMs) * (0.5 + random01 / 2));
}

/** Milliseconds before a failed turn is taken again; `failures` counts the one that just happened. */
export function turnRetryMs(failures: number): number {
  return doubled(1_000, Math.max(1, failures), longestTurnRetryMs);
}

/**
 * Milliseconds before a message that surely did not leave is sent again, or a folder that did not give its file is asked again:
 * doubling from two seconds, at most a minute. `random01` spreads the upper half.
 */
export function sendRetryMs(failures: number, random01: number): number {
  return Math.round(doubled(2_000, Math.max(1, failures), longestSendRetryMs) * (0.5 + random01 / 2));
}

/** Whether a message may be sent that was tried so often; over its tries some three minutes pass. */
export function mayBeSent(tries: number): boolean {
  return tries < mostSends;
}

function doubled(firstMs: number, failures: number, longestMs: number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 30));
}
