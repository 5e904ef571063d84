import { type MediaKind, type MessageType, mediaKinds } from '@wbm/domain/vocabulary';
import { z } from 'zod';
import type { MediaDescription } from '../../port.ts';

const LONGEST_TYPE = 120;
const LONGEST_NAME = 255;
const LONGEST_SECONDS = 2_147_483_647;

/** WhatsApp writes some numbers as text. */
const amount = z
  .union([z.number(), z.string().regex(/^\d{1,15}$/)])
  .transform(Number)
  .nullish()
  .catch(null);

const file = z.looseObject({
  type: z.unknown(),
  mimetype: z.string().nullish().catch(null),
  filename: z.string().nullish().catch(null),
  size: amount,
  duration: amount,
});

const usual: Readonly<Record<MediaKind, string>> = {
  image: 'image/jpeg',
  video: 'video/mp4',
  audio: 'audio/mpeg',
  voice: 'audio/ogg',
  document: 'application/octet-stream',
  sticker: 'image/webp',
};

/** What a message says of its file; null when it brings none. An album is only the frame of the pictures that follow it. */
export function describeMedia(raw: unknown, type: MessageType): MediaDescription | null {
  const kind = mediaKinds.find((one) => one === type);
  const parsed = file.safeParse(raw);
  if (!kind || !parsed.success || parsed.data.type === 'album') return null;
  const { mimetype, filename, size, duration } = parsed.data;
  return {
    kind,
    mimeType: (mimetype || usual[kind]).slice(0, LONGEST_TYPE),
    name: filename ? filename.slice(0, LONGEST_NAME) : null,
    size: whole(size, Number.MAX_SAFE_INTEGER),
    seconds: kind === 'audio' || kind === 'voice' || kind === 'video' ? whole(duration, LONGEST_SECONDS) : null,
  };
}

function whole(value: number | null | undefined, most: number): number | null {
  if (value === null || value === undefined || !Number.isFinite(value) || value < 0) return null;
  return Math.min(Math.round(value), most);
}
