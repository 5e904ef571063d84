import { Readable } from 'node:stream';
import { cleanMimeType } from '@wbm/domain';
import { fileTypeFromBuffer } from 'file-type';

/** As much as it takes to tell formats apart. */
const HEAD_BYTES = 4_100;

/**
 * Reads the beginning of a file and says what its bytes say it is, null when they say nothing. `bytes` is the whole file
 * again, beginning included; it fails as its source does, and who does not read it to the end destroys it.
 */
export async function sniff(source: Readable): Promise<{ mimeType: string | null; isEmpty: boolean; bytes: Readable }> {
  const chunks: Buffer[] = [];
  const rest: AsyncIterator<Buffer> = source[Symbol.asyncIterator]();
  let length = 0;
  while (length < HEAD_BYTES) {
    const next = await rest.next();
    if (next.done) break;
    chunks.push(next.value);
    length += next.value.length;
  }
  const found = await fileTypeFromBuffer(Buffer.concat(chunks)).catch(() => undefined);
  async function* whole() {
    try {
      yield* chunks;
      for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
    } finally {
      source.destroy();
    }
  }
  return {
    mimeType: found === undefined ? null : cleanMimeType(found.mime),
    isEmpty: length === 0,
    bytes: Readable.from(whole(), { objectMode: false }),
  };
}
