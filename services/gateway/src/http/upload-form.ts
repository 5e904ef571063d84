import type { Readable } from 'node:stream';
import { LARGEST_MEDIA_BYTES, type MediaKind, MOST_UNSENT, maxMediaBytes } from '@wbm/domain';
import type { FastifyRequest } from 'fastify';
import { Refused } from './problems.ts';

/** What stands around the file in a form: boundaries, headers, a long name. */
const AROUND_BYTES = 64 * 1024;

export interface UploadedFile {
  readonly name: string | null;
  readonly bytes: Readable;
}

/** Refuses, before a byte of it is read, what is no form or says itself that it is too large. */
export function refuseByHeaders({ headers }: Pick<FastifyRequest, 'headers'>): void {
  if (!/^multipart\/form-data\s*;/i.test(headers['content-type'] ?? '')) {
    throw new Refused('not-a-form', 'Send the file as multipart/form-data, in a part named file.');
  }
  if (Number(headers['content-length'] ?? 0) > LARGEST_MEDIA_BYTES + AROUND_BYTES) throw tooLarge('document');
}

/** The one file of the form. Its bytes come while it is read; what else is in the form does not count. */
export async function fileOf(request: FastifyRequest): Promise<UploadedFile> {
  const part = await request.file().catch(() => {
    throw broken();
  });
  if (part === undefined) throw new Refused('no-file', 'There is no file in the form. Put one into a part named file.');
  // Nobody waits for the rest of a request that was cut off or took too long. One that has all come aborts, too, be it that
  // not all of it was read yet.
  const giveUp = () => {
    if (!request.raw.complete) part.file.destroy(new Error('the upload was cut off'));
  };
  request.signal.addEventListener('abort', giveUp, { once: true });
  return { name: part.filename || null, bytes: part.file };
}

export function tooLarge(kind: MediaKind): Refused {
  const most = `${maxMediaBytes(kind) / 1024 / 1024} MB`;
  const largest = `${LARGEST_MEDIA_BYTES / 1024 / 1024} MB`;
  const detail =
    kind === 'document'
      ? `A file may have ${most} at most. Make it smaller, or send a link to it.`
      : `Pictures, sounds and videos may have ${most} at most. Make it smaller, or send it as a document, which may have ${largest}.`;
  return new Refused('file-too-large', detail);
}

export function tooManyUnsent(): Refused {
  return new Refused(
    'too-many-unsent-files',
    `Your workspace has uploaded as many files as it may without sending them: ${MOST_UNSENT.files}, or ${MOST_UNSENT.bytes / 1024 ** 3} GB together with those just coming. Send some of them, or wait: what is not sent within a day is removed.`,
  );
}

export function empty(): Refused {
  return new Refused('empty-file', 'The file is empty: it has no bytes. Choose another one.');
}

export function broken(): Refused {
  return new Refused(
    'broken-upload',
    'The upload ended in the middle or is no form that can be read. Upload it again.',
  );
}
