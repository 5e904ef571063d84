import type { MessageType } from '@wbm/domain';
import { z } from 'zod';
import type { EngineMessage } from '../../port.ts';
import { describeMedia } from './describe-media.ts';
import { messageKey } from './message-key.ts';
import { pageInstant } from './page-instant.ts';

/** Of the library's model of a message, what we read. Everything but the key may be missing or of another kind. */
const model = z.looseObject({
  id: z.unknown(),
  type: z.string().catch('unknown'),
  t: z.number().catch(0),
  body: z.string().nullish().catch(null),
  caption: z.string().nullish().catch(null),
  notifyName: z.string().nullish().catch(null),
  filename: z.string().nullish().catch(null),
  lat: z.number().nullish().catch(null),
  lng: z.number().nullish().catch(null),
  loc: z.string().nullish().catch(null),
  vcardFormattedName: z.string().nullish().catch(null),
  vcardList: z
    .array(z.looseObject({ displayName: z.string().nullish().catch(null) }))
    .nullish()
    .catch(null),
  isStatusV3: z.boolean().nullish().catch(null),
  isViewOnce: z.boolean().nullish().catch(null),
  isLive: z.boolean().nullish().catch(null),
  pollName: z.string().nullish().catch(null),
  pollOptions: z
    .array(z.looseObject({ name: z.string().nullish().catch(null) }))
    .nullish()
    .catch(null),
  eventName: z.string().nullish().catch(null),
});
type Model = z.output<typeof model>;

const types: Readonly<Record<string, MessageType>> = {
  chat: 'text',
  // Somebody chose one of the answers that a business offered.
  list_response: 'text',
  buttons_response: 'text',
  template_button_reply: 'text',
  image: 'image',
  album: 'image',
  video: 'video',
  ptv: 'video',
  audio: 'audio',
  ptt: 'voice',
  document: 'document',
  sticker: 'sticker',
  location: 'location',
  vcard: 'contact',
  multi_vcard: 'contact',
  ciphertext: 'undecrypted',
};

/** What WhatsApp writes into a chat by itself, and what is told by events of its own. */
const NOT_WRITTEN = new Set([
  'revoked',
  'reaction',
  'protocol',
  'debug',
  'gp2',
  'e2e_notification',
  'notification',
  'notification_template',
  'group_notification',
  'broadcast_notification',
  'call_log',
]);

/** A message as the page tells it, before anybody asked who is behind the chat. */
export type ReadMessage = Omit<EngineMessage, 'phone' | 'lid' | 'history'>;

/** As much as the rows keep: a stranger chose every word, and it all travels between two processes. */
export const LONGEST_TEXT = 65_536;
const LONGEST_NAME = 200;

/** Null: it is none of a bot's business (a group, a list, a channel, a notice), or it cannot be read. */
export function readMessage(raw: unknown): ReadMessage | null {
  const parsed = model.safeParse(raw);
  if (!parsed.success) return null;
  const key = messageKey(parsed.data.id);
  if (!key || !isPersonal(key.chat) || parsed.data.isStatusV3 || NOT_WRITTEN.has(parsed.data.type)) return null;
  const { type, t, notifyName } = parsed.data;
  return {
    waMessageId: key.id,
    jid: key.chat,
    fromMe: key.fromMe,
    type: types[type] ?? 'other',
    text: textOf(parsed.data).slice(0, LONGEST_TEXT),
    at: pageInstant(t * 1_000),
    pushName: key.fromMe ? null : (notifyName?.slice(0, LONGEST_NAME) ?? null),
    // What may be looked at once only is shown on the phone, and linked devices never get it.
    media: parsed.data.isViewOnce ? null : describeMedia(parsed.data, types[type] ?? 'other'),
  };
}

/** One person's chat: not a group, a list, the status or a channel. */
export function isPersonal(jid: string): boolean {
  return /^\d{1,32}@(c\.us|lid)$/.test(jid);
}

const VIEW_ONCE = '[can be viewed once, on the phone]';
const LIVE_LOCATION = '[live location]';
/** Some types have a preview where others have their text. */
const PREVIEW = /^[A-Za-z0-9+/=\s]{200,}$/;

function textOf(message: Model): string {
  const caption = message.caption ?? '';
  if (message.isViewOnce) return [VIEW_ONCE, caption].filter(Boolean).join('\n');
  switch (message.type) {
    case 'location':
      return [message.isLive && LIVE_LOCATION, message.loc, `${message.lat ?? '?'}, ${message.lng ?? '?'}`]
        .filter(Boolean)
        .join('\n');
    case 'vcard':
      return message.vcardFormattedName ?? '';
    case 'multi_vcard':
      return (message.vcardList ?? []).flatMap((card) => card.displayName ?? []).join(', ');
    case 'document':
      // WhatsApp on computers repeats the name there.
      return caption === message.filename ? '' : caption;
    case 'poll_creation':
      return [message.pollName, ...(message.pollOptions ?? []).map(({ name }) => name && `- ${name}`)]
        .filter(Boolean)
        .join('\n');
    case 'event_creation':
      return message.eventName ?? '';
    default:
      if (types[message.type] === 'text') return message.body ?? '';
      return types[message.type] ? caption : caption || wordsOf(message.body);
  }
}

/** The body of a picture is its preview; of what we do not know it may be. */
function wordsOf(body: string | null | undefined): string {
  return body && !PREVIEW.test(body) ? body : '';
}
