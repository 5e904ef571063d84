/**
 * The words of the product. Each list is the only place where its word is spelled; database checks,
 * contracts and pages all read it from here.
 */

/** Which engine carries a bot's WhatsApp session. */
export const engines = ['sandbox', 'whatsapp-web.js'] as const;
export type EngineKind = (typeof engines)[number];

/** What the workspace wants of a bot. */
export const botStatuses = ['enabled', 'disabled'] as const;
export type BotStatus = (typeof botStatuses)[number];

/** What a bot's WhatsApp session is doing right now, as its engine last told. */
export const botStates = [
  'stopped',
  'starting',
  'needs-scan',
  'pairing-code',
  'needs-passkey',
  'authenticated',
  'syncing-history',
  'ready',
  'reconnecting',
  'conflict',
  'logged-out',
  'failed',
] as const;
export type BotState = (typeof botStates)[number];

/** capturing → qualified → assigned, then won or lost. */
export const leadStatuses = ['capturing', 'qualified', 'assigned', 'won', 'lost'] as const;
export type LeadStatus = (typeof leadStatuses)[number];

/** Who may speak in a chat. */
export const chatOwners = ['bot', 'human'] as const;
export type ChatOwner = (typeof chatOwners)[number];

/** Who wrote a message. `phone` is somebody of the business answering on the business's own phone. */
export const senders = ['customer', 'bot', 'vendor', 'phone'] as const;
export type Sender = (typeof senders)[number];

export const messageTypes = [
  'text',
  'image',
  'video',
  'audio',
  'voice',
  'document',
  'sticker',
  'location',
  'contact',
  'undecrypted',
  'other',
] as const;
export type MessageType = (typeof messageTypes)[number];

/** What a file of a conversation is; also the type of the message that carries it. */
export const mediaKinds = [
  'image',
  'video',
  'audio',
  'voice',
  'document',
  'sticker',
] as const satisfies readonly MessageType[];
export type MediaKind = (typeof mediaKinds)[number];

/** Beside these WhatsApp shows no text. */
export const uncaptionedKinds: ReadonlySet<MediaKind> = new Set<MediaKind>(['audio', 'voice', 'sticker']);

/**
 * Where a file stands. `pending` has still to be fetched from WhatsApp; `stored` can be seen. The others are ends:
 * `too-large` for us, `gone` from WhatsApp's servers, `failed` after several tries, `deleted` by whoever sent it.
 */
export const mediaStates = ['pending', 'stored', 'too-large', 'gone', 'failed', 'deleted'] as const;
export type MediaState = (typeof mediaStates)[number];

/** What a session may be able to do or not, checked whenever it becomes ready. */
export const capabilityNames = ['state', 'own-id', 'resolve', 'helpers', 'media-in', 'media-out'] as const;
export type CapabilityName = (typeof capabilityNames)[number];

/** Why WhatsApp takes nothing for a person until they write first. */
export const writeFirstReasons = ['not-on-whatsapp', 'refused'] as const;
export type WriteFirstReason = (typeof writeFirstReasons)[number];

/**
 * Where a message stands. Inbound rows are `received`. Outbound rows walk
 * queued → sending → sent → delivered → read; `cancelled`, `failed` and `unconfirmed` are ends that a person sees.
 */
export const messageStatuses = [
  'received',
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'cancelled',
  'unconfirmed',
  'failed',
] as const;
export type MessageStatus = (typeof messageStatuses)[number];

/** The structured facts a lead is made of, as the specification names them. */
export const leadFieldNames = ['name', 'email', 'location', 'phone'] as const;
export type LeadFieldName = (typeof leadFieldNames)[number];

/** Who found a field's value: a deterministic rule, the model, or a person. */
export const fieldSources = ['rule', 'model', 'vendor'] as const;
export type FieldSource = (typeof fieldSources)[number];

/** A *reply* turn answers the customer; a *capture* turn only reads facts out of the chat and sends nothing. */
export const turnKinds = ['reply', 'capture'] as const;
export type TurnKind = (typeof turnKinds)[number];

/** Why a lead waits for a person. */
export const waitingReasons = ['qualified', 'asked-for-person', 'message'] as const;
export type WaitingReason = (typeof waitingReasons)[number];

export const roles = ['admin', 'vendor'] as const;
export type Role = (typeof roles)[number];
