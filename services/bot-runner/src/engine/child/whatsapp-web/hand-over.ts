import type { BotClient } from './bot-client.ts';
import { withDeadline } from './deadline.ts';
import { sendPrepared } from './page-files.ts';
import type { MessageToSend } from './send-message.ts';

/** A file was uploaded before, so that it takes no longer than a text. */
const SEND_MS = 5_000;

/**
 * What the library said when it was given a message. `nothing`: it may or may not have left. `needs-lid`: WhatsApp does
 * not take anything for this person. `threw`: an error inside the page, before anything left. `unknown`: no answer.
 */
export type Said = 'sent' | 'nothing' | 'needs-lid' | 'threw' | 'unknown';

export async function handOver(client: BotClient, message: MessageToSend): Promise<Said> {
  return withDeadline(SEND_MS, given(client, message)).then(
    (sent) => (sent ? 'sent' : 'nothing'),
    (error: unknown) => {
      const words = error instanceof Error ? error.message : String(error);
      if (/No LID for user|reach.?out|463/i.test(words)) return 'needs-lid';
      // Of a page that is gone or late nothing is known; any other error was thrown inside it, before anything left.
      return /^late$|closed|detached|Protocol|Target|destroyed/i.test(words) ? 'unknown' : 'threw';
    },
  );
}

function given(client: BotClient, { jid, text, waMessageId, media }: MessageToSend): Promise<unknown> {
  if (media) {
    const how = { kind: media.kind, caption: text, messageId: waMessageId };
    return client.evaluateWithin(SEND_MS, sendPrepared, waMessageId, jid, how);
  }
  return client.sendMessage(jid, text, {
    sendSeen: false,
    linkPreview: false,
    waitUntilMsgSent: true,
    messageId: waMessageId,
  });
}
