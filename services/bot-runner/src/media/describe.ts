import { cleanFileName, cleanMimeType, type InboundMedia } from '@wbm/domain';
import type { MediaDescription } from '../engine/port.ts';

const LONGEST_SECONDS = 2_147_483_647;

/** A file as its message described it, mended to what the rows keep: a stranger chose every word of it. */
export function describedMedia(media: MediaDescription | null): InboundMedia | null {
  if (media === null) return null;
  const { kind, mimeType, name, size, seconds } = media;
  return {
    kind,
    mimeType: cleanMimeType(mimeType),
    name: cleanFileName(name),
    size: whole(size, Number.MAX_SAFE_INTEGER),
    seconds: whole(seconds, LONGEST_SECONDS),
  };
}

/** What is no such number was not said. */
function whole(value: number | null, most: number): number | null {
  if (value === null || !Number.isFinite(value) || value < 0) return null;
  return Math.min(Math.floor(value), most);
}
