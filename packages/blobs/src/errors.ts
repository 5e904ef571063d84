/** There were more bytes than the caller allows. Nothing was kept. */
export class BlobTooLarge extends Error {
  override readonly name = 'BlobTooLarge';
  readonly maxBytes: number;

  constructor(maxBytes: number) {
    super(`more than ${maxBytes} bytes`);
    this.maxBytes = maxBytes;
  }
}

/** Nothing is kept under that key, or not any more. */
export class BlobMissing extends Error {
  override readonly name = 'BlobMissing';

  constructor() {
    super('no such blob');
  }
}
