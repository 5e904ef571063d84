import type { Problem } from '@wbm/contracts';
import type { WriteFirstReason } from '@wbm/domain';

/** Every way in which a request is refused: its code, which is stable and for programs, and its status and title. */
const titles = {
  'invalid-json': [400, 'The body is not JSON'],
  'invalid-request': [400, 'The request does not fit'],
  'bad-cursor': [400, 'No such page'],
  'no-file': [400, 'There is no file'],
  'empty-file': [400, 'The file is empty'],
  'broken-upload': [400, 'The upload is broken'],
  'engine-not-available': [400, 'This engine is not available here'],
  'not-a-member': [400, 'Not a member of the workspace'],
  'signed-out': [401, 'Not signed in'],
  'not-permitted': [403, 'Not permitted'],
  'foreign-origin': [403, 'The request comes from another site'],
  'loopback-only': [403, 'Only from this machine'],
  'not-found': [404, 'Not found'],
  'unknown-bot': [404, 'No such bot'],
  'unknown-lead': [404, 'No such lead'],
  'unknown-media': [404, 'No such file'],
  'unknown-message': [404, 'No such message'],
  'bot-id-taken': [409, 'This id is taken'],
  'bot-archived': [409, 'The bot was deleted'],
  'stale-version': [409, 'Somebody was faster'],
  'lead-taken': [409, 'A colleague has this lead'],
  'claim-first': [409, 'The bot has this chat'],
  'not-yours': [409, 'A colleague has this lead'],
  'customer-must-write-first': [409, 'WhatsApp takes nothing for this person'],
  'not-a-sandbox-bot': [409, 'Not a sandbox bot'],
  'not-the-author': [409, 'Somebody else wrote it'],
  'taken-back': [409, 'The message was taken back'],
  'no-qr': [409, 'Nothing to scan'],
  'not-linked': [409, 'The bot is not linked'],
  'not-ready': [409, 'The bot is not ready'],
  'no-caption': [400, 'A text would be lost'],
  'media-unavailable': [409, 'Files cannot be sent'],
  'too-many-unsent-files': [409, 'Too many files wait to be sent'],
  'not-waiting': [409, 'The bot does not wait to be linked'],
  'refused-by-database': [409, 'The change does not fit what is stored'],
  'link-used': [410, 'The sign-in link is no good any more'],
  'body-too-large': [413, 'The body is too large'],
  'file-too-large': [413, 'The file is too large'],
  'not-json': [415, 'The body must be JSON'],
  'not-a-form': [415, 'The body must be a form'],
  'range-not-satisfiable': [416, 'No such part of the file'],
  'upgrade-required': [426, 'This is a WebSocket'],
  'tested-just-now': [429, 'Tested just now'],
  'too-many-requests': [429, 'Too many requests'],
  'bad-request': [400, 'The request cannot be read'],
  internal: [500, 'Something is broken here'],
  unavailable: [503, 'Not available right now'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof titles;
export type ProblemFault = { readonly path: string; readonly message: string };

/**
 * A request that is refused, thrown by routes and hooks of `http/` only and turned into an RFC 9457 document by the
 * one error handler. `detail` says what happened and what to do, and never repeats what the request held.
 */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: ProblemCode;
  readonly faults: readonly ProblemFault[] | undefined;
  /** For 429 and 503: when to try again. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ProblemCode,
    detail: string,
    more: { faults?: readonly ProblemFault[]; retryAfterSeconds?: number } = {},
  ) {
    super(detail);
    this.code = code;
    this.faults = more.faults;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }

  get status(): number {
    return titles[this.code][0];
  }
}

export function problemOf(refused: Refused, instance: string): Problem {
  const [status, title] = titles[refused.code];
  return {
    type: `urn:wbm:problem:${refused.code}`,
    title,
    status,
    code: refused.code,
    detail: refused.message,
    instance,
    ...(refused.faults ? { errors: [...refused.faults] } : {}),
  };
}

/** Refusals that several routes give, in one voice. */
export const refusals = {
  unknownBot: () =>
    new Refused(
      'unknown-bot',
      'There is no bot with this id in your workspace. Look at GET /api/bots for those there are.',
    ),
  unknownMessage: () =>
    new Refused(
      'unknown-message',
      'There is no message with this id in the chat of this customer. Look at GET …/chats/{phone}/messages for those there are.',
    ),
  unknownMedia: () =>
    new Refused(
      'unknown-media',
      'There is no such file in your workspace, or it is not stored. Upload it with POST /api/uploads.',
    ),
  customerMustWriteFirst: (why: WriteFirstReason) =>
    new Refused(
      'customer-must-write-first',
      why === 'not-on-whatsapp'
        ? 'This number is not on WhatsApp, so nothing can be sent to it. Reach the customer another way; the chat opens when they write.'
        : 'WhatsApp refused the last message to this person: they must write first. Ask them for a message another way; the chat opens with it.',
    ),
  unknownLead: () =>
    new Refused(
      'unknown-lead',
      'There is no lead with this id in your workspace. Look at GET /api/leads for those there are.',
    ),
  archivedBot: () =>
    new Refused('bot-archived', 'This bot was deleted. Its leads stay readable; to run it again, create a new bot.'),
  stale: () =>
    new Refused('stale-version', 'Somebody changed this since you opened it. Load it again and repeat your change.'),
  signedOut: () => new Refused('signed-out', 'You are not signed in, or your session ended. Sign in again at /login.'),
  badCursor: () =>
    new Refused(
      'bad-cursor',
      'This cursor is none of ours. Leave it out to begin at the first page, and pass nextCursor on as it was.',
    ),
};
