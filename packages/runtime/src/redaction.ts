/**
 * What must never reach a log, decided by the last word of a key (`contactName`, `push_name` and `name` are all
 * "name"). Stricter than needed on purpose: a log line is an event name and ids, and ids end in "id".
 */
const forbiddenWords = new Set([
  'text', 'message', 'messages', 'body', 'caption', 'content', 'quote', 'prompt', 'transcript', 'reply', 'replies',
  'value', 'values', 'name', 'phone', 'number', 'email', 'jid', 'lid', 'address',
  'token', 'authorization', 'cookie', 'password', 'secret', 'qr', 'apikey', 'sessionkey', 'keyprevious', 'pairingcode', 'credentials',
]); // biome-ignore format: a list read as a list

export const REDACTED = '[redacted]';
const MAX_DEPTH = 6;
const MAX_ITEMS = 50;

export function isForbiddenKey(key: string): boolean {
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  return forbiddenWords.has(words.at(-1) ?? '') || forbiddenWords.has(words.slice(-2).join(''));
}

/** V8 quotes what it could not read as JSON, which may be an answer or a message. */
const quotedJson = /Unexpected token [\s\S]*? is not valid JSON/g;

/** Takes quoted JSON, e-mail addresses, WhatsApp ids, phone-like numbers and credentials in URLs out of prose we did not write. */
export function scrubProse(prose: string): string {
  return prose
    .replace(quotedJson, 'Unexpected token: not valid JSON')
    .replace(/\/\/[^\s/]+@/g, `//${REDACTED}@`)
    .replace(/[\w.+-]+@([\w-]+\.)+[a-z]{2,}\b|\d{5,}@\w+/gi, REDACTED)
    .replace(/(?<![\w.:-])\+?\d[\d ().-]{5,}\d(?![\w-])/g, REDACTED);
}

export type SerializedError = {
  type: string;
  message: string;
  code?: string;
  stack?: string;
  context?: unknown;
  cause?: SerializedError;
};

/** An error as a log shows it: type, code, scrubbed message and stack, causes; no own properties of a driver's error. */
export function serializeError(error: unknown, depth = 0): SerializedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'something that is not an Error was thrown' };
  const code =
    'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? error.code : undefined;
  return {
    type: error.name,
    message: scrubProse(error.message),
    ...(code === undefined ? {} : { code: String(code) }),
    ...('context' in error && error.context ? { context: redact(error.context) } : {}),
    ...(error.stack ? { stack: scrubProse(error.stack) } : {}),
    ...(error.cause !== undefined && depth < 3 ? { cause: serializeError(error.cause, depth + 1) } : {}),
  };
}

/** A copy of `value` fit for a log: forbidden keys replaced at any depth, cut off where it grows too deep or long. */
export function redact(value: unknown, depth = 0): unknown {
  if (value instanceof Error) return serializeError(value);
  if (value instanceof Date || value === null || typeof value !== 'object') return value;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => redact(item, depth + 1));
  if (value instanceof Uint8Array || value instanceof Map || value instanceof Set) return `[${value.constructor.name}]`;
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    copy[key] = isForbiddenKey(key) && item !== null && item !== undefined ? REDACTED : redact(item, depth + 1);
  }
  return copy;
}
