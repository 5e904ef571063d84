import type { SendOutcome } from '../../port.ts';
import type { BotClient } from './bot-client.ts';
import { withDeadline } from './deadline.ts';
import { addresses, type Identities, identityOfJid } from './identities.ts';
import type { OwnSends } from './own-sends.ts';
import { ackOf, isOnWhatsApp } from './page-chats.ts';

/** Together shorter than the runner waits for a send, so that an answer comes while somebody listens. */
const KNOWN_MS = 2_000;
const SEND_MS = 5_000;
const LOOK_UP_MS = 2_000;
const NOT_THERE = 'This number is not on WhatsApp.';
const WRITE_FIRST = 'WhatsApp refused it: the customer must write first.';

type Message = { readonly jid: string; readonly text: string; readonly waMessageId: string };
type SendOptions = {
  readonly client: BotClient;
  readonly own: OwnSends;
  readonly identities: Identities;
  /** Chats that are known to exist: where somebody wrote, or something was sent before. */
  readonly chats: Set<string>;
};

/**
 * Sends one text under the id chosen for it. The library's own word is not trusted: it may answer nothing for a message
 * that left, and answers alike for one that WhatsApp took and one that it refused. So the outcome is what the page shows
 * of the message itself, found by its id; and where it shows nothing, nobody knows.
 */
export async function sendText(message: Message, options: SendOptions): Promise<SendOutcome> {
  const { client, own, identities, chats } = options;
  const { jid, text, waMessageId } = message;
  if (!chats.has(jid) && jid.endsWith('@c.us')) {
    const there = await client.evaluateWithin(KNOWN_MS, isOnWhatsApp, jid).catch(() => null);
    if (there === false) return { outcome: 'refused', reason: NOT_THERE, why: 'not-on-whatsapp' };
  }
  const identity = await withDeadline(KNOWN_MS, identities.of(jid, false)).catch(() => identityOfJid(jid));
  const done = own.begin({ id: waMessageId, chats: addresses(jid, identity), text });
  try {
    const said = await handOver(client, message);
    const ack = await ackSeen(message, addresses(jid, identity), options);
    if (ack !== null && ack >= 0) chats.add(jid);
    if (ack === -1) return { outcome: 'refused', reason: WRITE_FIRST, why: 'write-first' };
    if (ack !== null && (ack > 0 || said === 'sent')) return { outcome: 'sent' };
    if (said === 'needs-lid') return { outcome: 'refused', reason: WRITE_FIRST, why: 'write-first' };
    if (ack === null && said === 'threw') return { outcome: 'not-sent', reason: 'WhatsApp Web did not take it.' };
    return { outcome: 'unknown' };
  } finally {
    done();
  }
}

async function handOver(client: BotClient, { jid, text, waMessageId }: Message) {
  const sending = client.sendMessage(jid, text, {
    sendSeen: false,
    linkPreview: false,
    waitUntilMsgSent: true,
    messageId: waMessageId,
  });
  return withDeadline(SEND_MS, sending).then(
    (sent) => (sent ? ('sent' as const) : ('nothing' as const)),
    (error: unknown) => {
      const words = error instanceof Error ? error.message : String(error);
      if (/No LID for user|reach.?out|463/i.test(words)) return 'needs-lid' as const;
      // Of a page that is gone or late nothing is known; any other error was thrown inside it, before anything left.
      return /^late$|closed|detached|Protocol|Target|destroyed/i.test(words)
        ? ('unknown' as const)
        : ('threw' as const);
    },
  );
}

/** The best ack that was heard or can be looked up; null when the page does not have the message. */
async function ackSeen(message: Message, chats: string[], { client, own }: SendOptions): Promise<number | null> {
  const heard = own.heard(message.waMessageId);
  if (heard !== null && heard !== 0) return heard;
  const pageId = own.pageIdOf(message.waMessageId);
  const found = await client.evaluateWithin(LOOK_UP_MS, ackOf, pageId, chats).catch(() => null);
  return found ?? own.heard(message.waMessageId);
}
