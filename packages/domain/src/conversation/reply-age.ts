/**
 * How long a bot's reply may wait to be sent, in milliseconds from when it was queued. A reply that waited out an
 * outage or a restart is still welcome the same day; one that leaves days after its question, because somebody switched
 * the bot on again, answers what nobody remembers. What a person wrote has no such limit: they meant it to arrive.
 */
export const LONGEST_REPLY_WAIT_MS = 6 * 60 * 60 * 1_000;
