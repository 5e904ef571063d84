import { uncaptionedKinds } from '@wbm/domain/vocabulary';
import { withDeadline } from '../../../deadline.ts';
import type { MediaToSend, SendOutcome } from '../../port.ts';
import type { BotClient } from './bot-client.ts';
import { handOver } from './hand-over.ts';
import { addresses, type Identities, identityOfJid } from './identities.ts';
import type { OwnSends } from './own-sends.ts';
import { isOnWhatsApp } from './page-chats.ts';
import { dropFile } from './page-files.ts';
import { seek } from './page-message.ts';
import type { RecentIds } from './recent-ids.ts';
import type { MediaUploads } from './upload-media.ts';

/** Together shorter than the runner waits for a send, so that an answer comes while somebody listens. */
const KNOWN_MS = 1_500;
const LOOK_UP_MS = 1_500;
const NOT_THERE = 'This number is not on WhatsApp.';
const WRITE_FIRST = 'WhatsApp refused it: the customer must write first.';
const NO_CAPTION = 'WhatsApp shows no text beside audio and stickers. Send the text as a message of its own.';
const NOT_TAKEN = 'WhatsApp Web did not take the file. Try again, or send it from the phone.';
const RELOADED = 'The page was loaded again before the file left.';

export type MessageToSend = {
  readonly jid: string;
  /** With a file: its caption. */
  readonly text: string;
  readonly waMessageId: string;
  readonly media: MediaToSend | null;
};
type SendOptions = {
  readonly client: BotClient;
  readonly own: OwnSends;
  readonly identities: Identities;
  /** Chats that are known to exist: where somebody wrote, or something was sent before. */
  readonly chats: Pick<RecentIds, 'has' | 'add'>;
  /** Whether this process may still act: an upload takes long enough for a lease to run out meanwhile. */
  readonly mayAct: () => boolean;
  /** Uploads one file after the other: each is in the page's memory as a whole. */
  readonly uploads: MediaUploads;
};

/**
 * Sends one message under the id chosen for it. The library's own word is not trusted: it may answer nothing for a message
 * that left, and answers alike for one that WhatsApp took and one that it refused. So the outcome is what the page shows
 * of the message itself, found by its id; and where it shows nothing, nobody knows. A file is uploaded first and apart.
 */
export async function sendMessage(message: MessageToSend, options: SendOptions): Promise<SendOutcome> {
  const { client, own, identities, chats } = options;
  const { jid, text, waMessageId, media } = message;
  if (media && text !== '' && uncaptionedKinds.has(media.kind)) {
    return { outcome: 'refused', reason: NO_CAPTION, why: 'media' };
  }
  if (!chats.has(jid) && jid.endsWith('@c.us')) {
    const there = await client.evaluateWithin(KNOWN_MS, isOnWhatsApp, jid).catch(() => null);
    if (there === false) return { outcome: 'refused', reason: NOT_THERE, why: 'not-on-whatsapp' };
  }
  const identity = await withDeadline(KNOWN_MS, identities.of(jid, false)).catch(() => identityOfJid(jid));
  const failed = media && (await options.uploads.upload(client, waMessageId, media));
  if (failed) return failed;
  const done = own.begin({ id: waMessageId, chats: addresses(jid, identity), type: media?.kind ?? 'text', text });
  try {
    if (!options.mayAct()) return { outcome: 'not-sent', reason: 'The lease ran out.' };
    const said = await handOver(client, message, own);
    const ack = await ackSeen(message, addresses(jid, identity), options);
    if (ack === 'unknown') return { outcome: 'unknown' };
    if (ack !== null && ack >= 0) chats.add(jid);
    if (ack === -1) return { outcome: 'refused', reason: WRITE_FIRST, why: 'write-first' };
    if (ack !== null && (ack > 0 || said === 'sent')) return { outcome: 'sent' };
    if (said === 'needs-lid') return { outcome: 'refused', reason: WRITE_FIRST, why: 'write-first' };
    if (ack === null && said === 'file-gone') return { outcome: 'not-sent', reason: RELOADED };
    if (ack === null && said === 'threw') {
      return media
        ? { outcome: 'refused', reason: NOT_TAKEN, why: 'media' }
        : { outcome: 'not-sent', reason: 'WhatsApp Web did not take it.' };
    }
    return { outcome: 'unknown' };
  } finally {
    done();
    if (media) void client.evaluate(dropFile, waMessageId).catch(() => undefined);
  }
}

/** The best ack that was heard or can be looked up; null when the page does not have the message, `unknown` when it did not say. */
async function ackSeen(
  message: MessageToSend,
  chats: string[],
  { client, own }: SendOptions,
): Promise<number | null | 'unknown'> {
  const heard = own.heard(message.waMessageId);
  if (heard !== null && heard !== 0) return heard;
  const pageId = own.pageIdOf(message.waMessageId);
  try {
    const found = await client.evaluateWithin(LOOK_UP_MS, seek, pageId, chats, true, false);
    return found?.ack ?? own.heard(message.waMessageId);
  } catch {
    return own.heard(message.waMessageId) ?? 'unknown';
  }
}
