import { type Media, type MediaKind, mediaKinds } from '@wbm/domain';
import { z } from 'zod';
import type { Scope } from '../connection/scope.ts';
import { Prisma } from '../generated/client.ts';
import { mediaRow } from '../rows/message-row.ts';

export type NewUpload = {
  readonly kind: MediaKind;
  readonly mimeType: string;
  readonly name: string | null;
  /** The most bytes that may come. */
  readonly maxBytes: number;
  /** E-mail address of whoever uploaded it. */
  readonly createdBy: string;
};

/** What a workspace may have uploaded and not sent. */
export type UploadRoom = { readonly files: number; readonly bytes: number };

/** A file that is to be fetched from WhatsApp now. */
export type DueMedia = {
  readonly mediaId: string;
  readonly waMessageId: string;
  readonly chatJid: string;
  readonly kind: MediaKind;
  readonly mimeType: string;
  /** Bytes, by the sender's word. */
  readonly size: number | null;
  /** How often that was begun before. */
  readonly tries: number;
};

/**
 * What became of fetching one. `later`: it is due again after so many milliseconds. `untried`: so it is, and what kept it
 * from being had was no fault of its own.
 */
export type Fetched =
  | { readonly outcome: 'stored'; readonly size: number; readonly mimeType: string | null }
  | { readonly outcome: 'too-large' | 'gone' | 'failed' }
  | { readonly outcome: 'later' | 'untried'; readonly retryMs: number };

const marked = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('marked'), leadId: z.int().nullable(), messageId: z.int().nullable() }),
  z.object({ outcome: z.enum(['moved', 'settled', 'deleted']) }),
]);
/** `marked` names the message it came with once that is filed. `moved`: another run has the bot. `settled`: it is stored already. `deleted`: it is not waited for any more, nor may its bytes stay. */
export type MarkedMedia = z.output<typeof marked>;

const begins = ['begun', 'moved', 'settled'] as const;
/** `moved`: another run has the bot. `settled`: it is not waited for any more. */
export type FetchBegin = (typeof begins)[number];

export interface MediaStore {
  get(mediaId: string): Promise<Media | null>;
  /** What of these is to be fetched now, the longest waiting first. */
  due(botId: string, limit: number): Promise<DueMedia[]>;
  /** Before a fetch: the try counts, and unless somebody says what became of it, the next is due after `retryMs`. */
  beginFetch(botId: string, epoch: number, mediaId: string, retryMs: number): Promise<FetchBegin>;
  /** Of one that was begun. Counts only while `epoch` is the bot's run. */
  fetched(botId: string, epoch: number, mediaId: string, what: Fetched): Promise<MarkedMedia>;
  /** Makes a file due that could not be had. Null: it can be had, or there is nobody to ask. Else the bot that can. */
  askAgain(mediaId: string): Promise<{ readonly botId: string } | null>;
  /**
   * Enters an upload whose bytes are still coming; answers its id. One that never comes to its end goes after a day. Null: with
   * all its bytes, more than `most` would be there unsent.
   */
  beginUpload(upload: NewUpload, most: UploadRoom): Promise<string | null>;
  /** Its bytes are kept: from now on it can be sent. */
  endUpload(mediaId: string, size: number): Promise<Media>;
  /** Its bytes did not all come. */
  dropUpload(mediaId: string): Promise<void>;
  /** Whether the bytes of what is due to be removed may go now; from then on nobody can send it. */
  beginRemoval(mediaId: string): Promise<boolean>;
  /** Its bytes are gone. */
  endRemoval(mediaId: string): Promise<void>;
}

const DAY_MS = 24 * 3_600_000;
const dueMedia = z
  .object({
    media_id: z.string(),
    wa_message_id: z.string(),
    chat_jid: z.string(),
    kind: z.enum(mediaKinds),
    mime_type: z.string(),
    size: z.bigint().transform(Number).nullable(),
    tries: z.int(),
  })
  .transform(
    (row): DueMedia => ({
      mediaId: row.media_id,
      waMessageId: row.wa_message_id,
      chatJid: row.chat_jid,
      kind: row.kind,
      mimeType: row.mime_type,
      size: row.size,
      tries: row.tries,
    }),
  );

export function mediaStore(scope: Scope): MediaStore {
  const get = (mediaId: string) =>
    scope.within(async (prisma) => {
      const rows = await prisma.$queryRaw<{ media: unknown }[]>(
        Prisma.sql`select app.media_json(f) as media from media f where f.id = ${mediaId}::uuid`,
      );
      return rows[0] === undefined ? null : mediaRow.parse(rows[0].media);
    });
  return {
    get,
    due: (bot, limit) => scope.rows('due_media', { bot, limit }, dueMedia),
    beginFetch: (bot, epoch, media, retryMs) =>
      scope.answer('begin_fetch', { bot, epoch, media, retryMs }, z.enum(begins)),
    fetched: (bot, epoch, media, what) =>
      scope.answer(
        'media_fetched',
        {
          bot,
          epoch,
          media,
          outcome: what.outcome,
          size: what.outcome === 'stored' ? BigInt(what.size) : null,
          mimeType: what.outcome === 'stored' ? what.mimeType : null,
          retryMs: 'retryMs' in what ? what.retryMs : 0,
        },
        marked,
      ),
    async askAgain(media) {
      const botId = await scope.answer('ask_media_again', { media }, z.string().nullable());
      return botId === null ? null : { botId };
    },
    beginUpload: ({ kind, mimeType, name, maxBytes, createdBy }, most) =>
      scope.answer(
        'begin_upload',
        {
          kind,
          mimeType,
          name,
          by: createdBy,
          size: BigInt(maxBytes),
          mostFiles: most.files,
          mostBytes: BigInt(most.bytes),
          keepMs: DAY_MS,
        },
        z.uuid().nullable(),
      ),
    async endUpload(mediaId, size) {
      await scope.within(async (prisma) => {
        const where = { id: mediaId, state: 'pending', waMessageId: null };
        await prisma.media.updateMany({ where, data: { state: 'stored', size: BigInt(size) } });
      });
      const media = await get(mediaId);
      if (media === null) throw new Error('an upload is not there right after it was stored');
      return media;
    },
    async dropUpload(mediaId) {
      await scope.within((prisma) =>
        prisma.media.deleteMany({ where: { id: mediaId, state: 'pending', waMessageId: null } }),
      );
    },
    beginRemoval: (media) => scope.answer('begin_removal', { media }, z.boolean()),
    async endRemoval(media) {
      await scope.answer('end_removal', { media }, z.boolean());
    },
  };
}
