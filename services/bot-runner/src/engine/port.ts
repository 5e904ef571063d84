import { type BotState, capabilityNames, mediaKinds } from '@wbm/domain/vocabulary';
import { z } from 'zod';

/**
 * The port between a runner and the WhatsApp engine in a bot's child process. An engine answers the commands of this
 * table and emits the events below; it knows nothing of Redis, Postgres or our rules. Imported by the child as well, so
 * it imports nothing but zod and the words of the domain.
 */
const nothing = z.null();
const jid = z.string().min(3).max(128);
/** The id of a message inside WhatsApp, chosen by us for what we send. */
const waMessageId = z.string().min(1).max(128);
const instant = z.iso.datetime();

/** The file that came with a message, as the message describes it. Its bytes are fetched apart, with `downloadMedia`. */
export const mediaDescription = z.object({
  kind: z.enum(mediaKinds),
  mimeType: z.string(),
  name: z.string().nullable(),
  /** Bytes; the sender's word. */
  size: z.number().nullable(),
  seconds: z.number().nullable(),
});
export type MediaDescription = z.output<typeof mediaDescription>;

/** A file to be sent; it travels as the path of a file that the engine may read. */
export const mediaToSend = z.object({
  path: z.string(),
  kind: z.enum(mediaKinds),
  mimeType: z.string(),
  name: z.string().nullable(),
});
export type MediaToSend = z.output<typeof mediaToSend>;

/**
 * One message as an engine saw it, ours excepted. `fromMe`: written on the business's own phone. `phone` is E.164 with
 * the plus, `lid` the digits of the hidden id; either may be unknown. `history`: it was written before this session.
 */
export const engineMessage = z.object({
  waMessageId,
  jid,
  fromMe: z.boolean(),
  /** One of the domain's message types; the runner parses it. */
  type: z.string().max(32),
  text: z.string(),
  at: instant,
  pushName: z.string().nullable(),
  phone: z.string().nullable(),
  lid: z.string().nullable(),
  history: z.boolean(),
  media: mediaDescription.nullable(),
});
export type EngineMessage = z.output<typeof engineMessage>;

/**
 * What became of one message. `sent`: WhatsApp has it. `not-sent`: it surely never left, so it may be tried again.
 * `refused`: it never will, and `why` says whether that is the person's or the message's doing. `unknown`: look it up by its id before anything else.
 */
export const sendOutcome = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('sent') }),
  z.object({ outcome: z.literal('not-sent'), reason: z.string() }),
  z.object({
    outcome: z.literal('refused'),
    reason: z.string(),
    why: z.enum(['not-on-whatsapp', 'write-first', 'media', 'other']),
  }),
  z.object({ outcome: z.literal('unknown') }),
]);
export type SendOutcome = z.output<typeof sendOutcome>;

/** `gone`: WhatsApp has it no more. `failed`: it may be tried again. `disk`: ours did not take it, which says nothing of the file. */
export const downloadOutcome = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('stored'), size: z.int().nonnegative(), mimeType: z.string().nullable() }),
  z.object({ outcome: z.enum(['too-large', 'gone', 'failed', 'disk']) }),
]);

/** WhatsApp's numbers: -1 error, 1 server, 2 device, 3 read, 4 played. */
const ack = z.int().min(-1).max(4);

/** A message that does not parse must not keep the rest of its chat from being read. */
const known = (messages: readonly (EngineMessage | null)[]) => messages.filter((message) => message !== null);

/** What an engine can be asked, with what it takes and gives back. */
export const engineCommands = {
  /** Begins the session and answers as soon as it is under way; what comes of it arrives as events. */
  start: { args: z.object({}), result: nothing },
  /** Ends the session and keeps its link, so that the next start needs no scan. */
  stop: { args: z.object({}), result: nothing },
  /** Ends the link itself. */
  logout: { args: z.object({}), result: nothing },
  requestPairingCode: { args: z.object({ phone: z.string() }), result: z.object({ code: z.string() }) },
  /** `media`: `text` is its caption. */
  send: {
    args: z.object({ jid, text: z.string(), waMessageId, media: mediaToSend.nullable() }),
    result: sendOutcome,
  },
  /** Writes the file of a message to `path`. More than `maxBytes` is never written, whatever the message said of its size. */
  downloadMedia: {
    args: z.object({ jid, waMessageId, path: z.string(), maxBytes: z.int().positive() }),
    result: downloadOutcome,
  },
  /** Shows the other side that somebody types, for at most `ms`. */
  sendTyping: { args: z.object({ jid, ms: z.int().nonnegative() }), result: nothing },
  markSeen: { args: z.object({ jid }), result: nothing },
  /** Chats with one person in which something was said since then, the latest first. */
  activeChats: { args: z.object({ since: instant, limit: z.int().positive() }), result: z.array(jid) },
  /**
   * The newest of what a chat said since then and, unless null, not after `until`; oldest first. There may be fewer than
   * `limit` although there are earlier ones: `earlier` is the `until` to ask for those with, which then may name some
   * again; null when there are none. `acks`: how far our own among them came, whatever was told of that before.
   */
  historySince: {
    args: z.object({ jid, since: instant, until: instant.nullable(), limit: z.int().positive() }),
    result: z.object({
      messages: z.array(engineMessage.nullable().catch(null)).transform(known),
      earlier: instant.nullable(),
      acks: z.array(z.object({ waMessageId, ack })),
    }),
  },
  resolveIdentity: {
    args: z.object({ jid }),
    result: z.object({ phone: z.string().nullable(), lid: z.string().nullable() }),
  },
  /** Whether WhatsApp has this message of ours. `unknown` when the engine cannot be sure. */
  find: { args: z.object({ jid, waMessageId }), result: z.enum(['there', 'absent', 'unknown']) },
  /** Whether the session itself still answers, not only the process around it. */
  probe: { args: z.object({}), result: z.object({ healthy: z.boolean() }) },
} as const;

export type EngineCommandName = keyof typeof engineCommands;
export type EngineArgs<K extends EngineCommandName> = z.output<(typeof engineCommands)[K]['args']>;
export type EngineResult<K extends EngineCommandName> = z.output<(typeof engineCommands)[K]['result']>;

/** An engine: one method for each command. Its failures are thrown as plain errors and answered as such. */
export type Engine = { readonly [K in EngineCommandName]: (args: EngineArgs<K>) => Promise<EngineResult<K>> };

/** The states an engine may report by itself; the others follow from events of their own. */
const reportedStates = [
  'needs-passkey',
  'reconnecting',
  'conflict',
  'logged-out',
] as const satisfies readonly BotState[];

const event = <Name extends string, Shape extends z.ZodRawShape>(name: Name, shape: Shape) =>
  z.object({ event: z.literal(name), ...shape });

/** What an engine tells without being asked. */
export const engineEvent = z.discriminatedUnion('event', [
  /** `reason`: why a number that was linked has to be linked again. */
  event('qr', { qr: z.string(), expiresAt: instant, reason: z.string().optional() }),
  event('pairing-code', { code: z.string() }),
  event('authenticated', {}),
  /** Percent of the history read. */
  event('progress', { percent: z.int().min(0).max(100) }),
  /** `ownNumber` is E.164. May be told again; that changes nothing. */
  event('ready', { ownNumber: z.string().nullable() }),
  /** `kept`: WhatsApp did not end the session; it was put aside because it did not work. */
  event('state', { state: z.enum(reportedStates), reason: z.string().nullable(), kept: z.boolean().optional() }),
  event('message', { message: engineMessage }),
  /** A message told before as `undecrypted`: what it says, under its old id. */
  event('decrypted', { message: engineMessage }),
  /** `fromMe`: done on the business's own phone. */
  event('edit', { waMessageId, jid, text: z.string(), fromMe: z.boolean(), at: instant }),
  event('revoke', { waMessageId, jid, fromMe: z.boolean(), at: instant }),
  event('reaction', { waMessageId, jid, emoji: z.string(), fromMe: z.boolean(), at: instant }),
  /** Messages of the past that could not be read and are left out. */
  event('unreadable', { waMessageIds: z.array(waMessageId) }),
  event('ack', { waMessageId, ack }),
  /** Something the session can do, or no longer can: `reason` says why in plain words. Told after each `ready`. */
  event('capability', { name: z.enum(capabilityNames), available: z.boolean(), reason: z.string().nullable() }),
  /** `fatal`: starting again will not help, a person has to act. `reason` is shown to them. */
  event('failure', { fatal: z.boolean(), reason: z.string() }),
]);
export type EngineEvent = z.output<typeof engineEvent>;
