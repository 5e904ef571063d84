import type { MediaKind } from '../vocabulary.ts';

const MB = 1024 * 1024;

/** The most bytes of a file that we keep or send. WhatsApp itself takes 16 MB of what it shows, and documents far larger than anybody reads in a chat. */
export function maxMediaBytes(kind: MediaKind): number {
  return kind === 'document' ? 32 * MB : 16 * MB;
}

/** More than this is nothing we could send, whatever it is. */
export const LARGEST_MEDIA_BYTES = 32 * MB;

/**
 * What one workspace may have uploaded and not sent, files and bytes: enough for everybody in it to prepare a day's messages,
 * and too little to fill the folder that customers' files and the copies of sessions need, too.
 */
export const MOST_UNSENT = { files: 200, bytes: 1024 * MB } as const;
