export { BlobMissing, BlobTooLarge } from './errors.ts';
export { type Blobs, type ByteRange, openBlobs } from './open-blobs.ts';
export { blobsEnv, openServiceBlobs } from './service-blobs.ts';
