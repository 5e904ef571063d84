import { withDeadline } from '../../../deadline.ts';
import type { BotClient } from './bot-client.ts';
import type { OwnSends } from './own-sends.ts';
import { NO_SUCH_FILE, sendPrepared } from './page-files.ts';
import type { MessageToSend } from './send-message.ts';

/** A file was uploaded before, so that it takes no longer than a text. */
const SEND_MS = 5_000;
/** So long the page's answer is of use to know that nothing leaves any more. */
const GIVEN_UP_MS = 60_000;

/**
 * What the library said when it was given a message. `nothing`: it may or may not have left. `needs-lid`: WhatsApp does
 * not take anything for this person. `file-gone`: the page was loaded again since the file was uploaded. `threw`: an error
 * inside the page, before anything left. `unknown`: no answer.
 */
export type Said = 'sent' | 'nothing' | 'needs-lid' | 'file-gone' | 'threw' | 'unknown';

export async function handOver(client: BotClient, message: MessageToSend, own: OwnSends): Promise<Said> {
  const isThere = client.documentWatch();
  const answered = given(client, message);
  own.given(message.waMessageId, answered, isThere);
  return withDeadline(SEND_MS, answered).then(
    (sent) => (sent ? 'sent' : 'nothing'),
    (error: unknown) => saidBy(error instanceof Error ? error.message : String(error)),
  );
}

/** What an error means, by its words. */
export function saidBy(words: string): Exclude<Said, 'sent' | 'nothing'> {
  // Ids and numbers of people may hold any digits.
  const plain = words.replaceAll(/\S+@\S+|\b[0-9A-F]{10,}\b|\d{4,}/gi, ' ');
  if (/No LID for user|reach.?out|\b(?:error|code|status)\D{0,3}463\b/i.test(plain)) return 'needs-lid';
  if (plain.includes(NO_SUCH_FILE)) return 'file-gone';
  // Of a page that is gone or late nothing is known; any other error was thrown inside it, before anything left.
  return /^late$|closed|detached|Protocol|Target|destroyed/i.test(plain) ? 'unknown' : 'threw';
}

function given(client: BotClient, { jid, text, waMessageId, media }: MessageToSend): Promise<unknown> {
  if (media) {
    const how = { kind: media.kind, caption: text, messageId: waMessageId };
    return client.evaluateWithin(GIVEN_UP_MS, sendPrepared, waMessageId, jid, how);
  }
  return client.sendMessage(jid, text, {
    sendSeen: false,
    linkPreview: false,
    parseVCards: false,
    waitUntilMsgSent: true,
    messageId: waMessageId,
  });
}
