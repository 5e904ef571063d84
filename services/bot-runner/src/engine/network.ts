import { z } from 'zod';
import { downloadOutcome, mediaDescription, mediaToSend } from './port.ts';

/**
 * What the sandbox engine, which is a simulated device, asks of its simulated network, and what the network tells it.
 * The runner stands in for WhatsApp's servers: it keeps the network in Postgres, and the child only ever sees these.
 */
const nothing = z.null();
const waMessageId = z.string().min(1).max(128);

export const networkAsks = {
  /** How the network knows this device; null when there is none. */
  device: { args: z.object({}), result: z.object({ linked: z.boolean(), ownNumber: z.string() }).nullable() },
  /** Waits to be linked under this ref, which is what the QR code shows. */
  showRef: { args: z.object({ ref: z.string() }), result: nothing },
  /** Gives a message to the network. The same id again is the same message again. */
  deliver: {
    args: z.object({
      jid: z.string(),
      waMessageId,
      text: z.string(),
      media: mediaToSend.nullable(),
    }),
    result: nothing,
  },
  /** Writes the file of a message to `path`. */
  fetch: { args: z.object({ waMessageId, path: z.string(), maxBytes: z.int().positive() }), result: downloadOutcome },
  find: { args: z.object({ waMessageId }), result: z.boolean() },
  /** Shows the customer that we type for so many milliseconds; 0 ends it. */
  typing: { args: z.object({ jid: z.string(), ms: z.int().nonnegative() }), result: nothing },
  unlink: { args: z.object({}), result: nothing },
} as const;

export type NetworkAskName = keyof typeof networkAsks;
export type NetworkArgs<K extends NetworkAskName> = z.output<(typeof networkAsks)[K]['args']>;
export type NetworkResult<K extends NetworkAskName> = z.output<(typeof networkAsks)[K]['result']>;

/** How the engine asks: rejects when the network is away or the answer is late, and then nothing is known. */
export type AskNetwork = <K extends NetworkAskName>(name: K, args: NetworkArgs<K>) => Promise<NetworkResult<K>>;
/** How the runner answers: one method for each ask. */
export type NetworkSide = { readonly [K in NetworkAskName]: (args: NetworkArgs<K>) => Promise<NetworkResult<K>> };

/** `phone` is null when the customer's number is hidden behind the LID. `author`: who did it. */
const changed = {
  waMessageId,
  author: z.enum(['customer', 'phone']),
  phone: z.string().nullable(),
  lid: z.string().nullable(),
  at: z.iso.datetime(),
};

export const networkNews = z.discriminatedUnion('news', [
  z.object({ news: z.literal('linked'), ownNumber: z.string() }),
  z.object({ news: z.literal('unlinked') }),
  /** `phone` is null when the customer's number is hidden behind the LID. */
  z.object({
    news: z.literal('message'),
    waMessageId,
    author: z.enum(['customer', 'phone']),
    phone: z.string().nullable(),
    lid: z.string().nullable(),
    name: z.string().nullable(),
    type: z.string(),
    text: z.string(),
    media: mediaDescription.nullable(),
    at: z.iso.datetime(),
  }),
  z.object({ news: z.literal('edit'), ...changed, text: z.string() }),
  z.object({ news: z.literal('revoke'), ...changed }),
  /** An empty emoji takes it back. */
  z.object({ news: z.literal('reaction'), ...changed, emoji: z.string() }),
  z.object({ news: z.literal('ack'), waMessageId, ack: z.int().min(-1).max(4) }),
]);
export type NetworkNews = z.output<typeof networkNews>;

export type ChangeNews = Extract<NetworkNews, { news: 'edit' | 'revoke' | 'reaction' }>;
