import { randomBytes } from 'node:crypto';

/** Bytes of no kind of file. */
export const bytesOf = (size: number): Buffer => randomBytes(size);

/** A picture of one pixel. */
export const aPicture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
