import multipart from '@fastify/multipart';
import { type Blobs, BlobTooLarge } from '@wbm/blobs';
import { mediaView, uploadForm, uploadQuery } from '@wbm/contracts';
import { cleanFileName, cleanMimeType, MOST_UNSENT, maxMediaBytes, mediaKey, uploadKind } from '@wbm/domain';
import { type Logger, Transient } from '@wbm/runtime';
import type { App } from '../app.ts';
import { sniff } from './sniff.ts';
import { broken, empty, fileOf, refuseByHeaders, tooLarge, tooManyUnsent, type UploadedFile } from './upload-form.ts';
import { type Viewer, viewerOf } from './viewer.ts';

const UPLOADS_PER_MINUTE = 60;

type UploadOptions = { readonly blobs: Blobs; readonly log: Logger; readonly totalMs: number };

/** Files that people of the business want to send. Only here a body may be something else than JSON. */
export async function uploadRoutes(app: App, { blobs, log, totalMs }: UploadOptions): Promise<void> {
  await app.register(multipart, {
    // The store counts the bytes of the file itself and says which limit it was.
    limits: { files: 1, fields: 10, fieldSize: 1_024, headerPairs: 50, fileSize: Number.POSITIVE_INFINITY },
    throwFileSizeLimit: false,
  });

  app.post(
    '/api/uploads',
    {
      config: { audience: 'members', rateLimit: { max: UPLOADS_PER_MINUTE } },
      handlerTimeout: totalMs,
      // Behind `access`, and still before a byte of the body is read.
      preParsing: async (request) => refuseByHeaders(request),
      // The form is read by the handler; its schema is for the documentation.
      preValidation: async (request) => {
        request.body = {};
      },
      schema: {
        tags: ['messages'],
        summary: 'Upload a file to be sent',
        description: `Answers 201 with the file; name its id as \`mediaId\` of a message. What is not sent within a day is removed; a workspace may have ${MOST_UNSENT.files} files or 1 GB of that at a time.`,
        consumes: ['multipart/form-data'],
        querystring: uploadQuery,
        body: uploadForm,
        response: { 201: mediaView },
      },
    },
    async (request, reply) => {
      // Who has sent it all is silent for as long as the disk takes.
      request.raw.once('end', () => request.raw.socket.setTimeout(totalMs));
      try {
        const media = await keep(await fileOf(request), request.query.as ?? null, viewerOf(request), blobs, log);
        return await reply.code(201).send(media);
      } finally {
        // Whatever became of it: nobody is left hanging with the rest of a request that nobody reads.
        request.raw.unpipe();
        request.raw.resume();
      }
    },
  );
}

/** The row first: what is cut off between any two lines here is found by it and removed a day later. */
async function keep(
  file: UploadedFile,
  as: 'voice' | 'document' | null,
  { workspace, workspaceId, email }: Viewer,
  blobs: Blobs,
  log: Logger,
) {
  const { mimeType, isEmpty, bytes } = await sniff(file.bytes).catch(() => {
    throw broken();
  });
  if (isEmpty) throw empty();
  const kind = uploadKind(mimeType, as);
  const { media } = workspace;
  const maxBytes = maxMediaBytes(kind);
  const name = cleanFileName(file.name);
  const mediaId = await media.beginUpload(
    { kind, mimeType: cleanMimeType(mimeType), name, maxBytes, createdBy: email },
    MOST_UNSENT,
  );
  if (mediaId === null) {
    bytes.destroy();
    throw tooManyUnsent();
  }
  try {
    const { size } = await blobs.put(mediaKey(workspaceId, mediaId), bytes, { maxBytes });
    const stored = await media.endUpload(mediaId, size);
    log.info({ mediaId, kind, size }, 'media.uploaded');
    return stored;
  } catch (err) {
    bytes.destroy();
    await blobs.remove(mediaKey(workspaceId, mediaId)).catch(() => undefined);
    await media.dropUpload(mediaId).catch(() => undefined);
    if (err instanceof BlobTooLarge) throw tooLarge(kind);
    if (err instanceof Transient || !file.bytes.errored) throw err;
    throw broken();
  }
}
