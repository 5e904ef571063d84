import { BlobMissing, type Blobs } from '@wbm/blobs';
import { mediaParams } from '@wbm/contracts';
import { mediaKey } from '@wbm/domain';
import type { Logger } from '@wbm/runtime';
import { z } from 'zod';
import type { App } from '../app.ts';
import { byteRange } from './byte-range.ts';
import { dispositionOf } from './disposition.ts';
import { isHad, rangeOfSame, tagOf } from './entity-tag.ts';
import { Refused, refusals } from './problems.ts';
import { viewerOf } from './viewer.ts';

const members = { audience: 'members' } as const;
const tags = ['messages'];
const bytes = z.string().meta({ format: 'binary' });

type MediaOptions = { readonly blobs: Blobs; readonly log: Logger; readonly totalMs: number };

/** Files of conversations, to those who may see the conversations. */
export async function mediaRoutes(app: App, { blobs, log, totalMs }: MediaOptions): Promise<void> {
  app.get(
    '/api/media/:mediaId',
    {
      exposeHeadRoute: false,
      config: members,
      handlerTimeout: totalMs,
      schema: {
        tags,
        summary: 'The bytes of a file, once it is stored',
        description:
          'Takes a Range of bytes, so that sounds and videos can be played from anywhere, and If-Range, so that what was cut off can be gone on with.',
        params: mediaParams,
        response: {
          200: { description: 'The file.', content: { '*/*': { schema: bytes } } },
          206: { description: 'The part that was asked for.', content: { '*/*': { schema: bytes } } },
          304: z.void().describe('You have it already (If-None-Match).'),
        },
      },
    },
    async (request, reply) => {
      const { workspace, workspaceId } = viewerOf(request);
      const { mediaId } = request.params;
      const media = await workspace.media.get(mediaId);
      if (media?.state !== 'stored') throw refusals.unknownMedia();
      const tag = tagOf(media.id);
      reply.headers({ etag: tag, 'cache-control': 'private, max-age=3600' });
      if (isHad(request.headers, tag)) return reply.code(304).send();
      const key = mediaKey(workspaceId, media.id);
      const size = await blobs.size(key);
      if (size === null) {
        log.error({ mediaId }, 'media.bytes-missing');
        throw refusals.unknownMedia();
      }
      reply.header('accept-ranges', 'bytes');
      const range = byteRange(rangeOfSame(request.headers, tag), size);
      if (range === 'unsatisfiable') {
        reply.header('content-range', `bytes */${size}`);
        throw new Refused('range-not-satisfiable', `The file has ${size} bytes; the range begins behind its end.`);
      }
      const stream = await blobs.read(key, range ?? undefined).catch((err: unknown) => {
        throw err instanceof BlobMissing ? refusals.unknownMedia() : err;
      });
      if (range) reply.header('content-range', `bytes ${range.start}-${range.end}/${size}`);
      reply.headers({
        'content-type': media.mimeType,
        'content-length': range ? range.end - range.start + 1 : size,
        'content-disposition': dispositionOf(media),
        // A stranger sent it: whatever it is, here it is no page, runs nothing and loads nothing.
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
      });
      return reply.code(range ? 206 : 200).send(stream);
    },
  );

  app.post(
    '/api/media/:mediaId/fetch',
    {
      config: members,
      schema: {
        tags,
        summary: 'Ask WhatsApp once more for a file that could not be had',
        description: 'Answers 204; the file is fetched as soon as its bot is ready.',
        params: mediaParams,
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      const { workspace } = viewerOf(request);
      const { mediaId } = request.params;
      const asked = await workspace.media.askAgain(mediaId);
      if (asked === null && (await workspace.media.get(mediaId))?.state !== 'stored') throw refusals.unknownMedia();
      return reply.code(204).send();
    },
  );
}
