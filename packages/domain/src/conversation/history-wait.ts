/** Long enough for a reading to bring the whole of a chat, in however many pieces it is filed. */
const QUIET_MS = 60_000;
/** A reading may bring hundreds of chats at once, and nobody waits for what the model finds in them. */
const SPREAD_MS = 120_000;

/**
 * How long the facts of a chat's past wait to be read by the model, in milliseconds since its newest piece was filed: one
 * reading of a chat costs one call, and those of many chats do not come all at once.
 */
export function historyWaitMs(jid: string): number {
  let hash = 0;
  for (const char of jid) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % SPREAD_MS;
  return QUIET_MS + hash;
}
