import { Transform } from 'node:stream';
import { BlobTooLarge } from './errors.ts';

/** Lets bytes through and counts them; fails with `BlobTooLarge` at the first one too many. */
export function counted(maxBytes: number): Transform & { readonly bytes: number } {
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(new BlobTooLarge(maxBytes));
      else done(null, chunk);
    },
  });
  return Object.defineProperty(count, 'bytes', { get: () => bytes }) as Transform & { readonly bytes: number };
}
