import type { MediaKind } from '../vocabulary.ts';

/** What WhatsApp shows as itself; all else travels as a document. */
const pictures = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif']);
const films = new Set(['video/mp4', 'video/3gpp', 'video/quicktime']);
const sounds = new Set(['audio/mpeg', 'audio/ogg', 'audio/mp4', 'audio/x-m4a', 'audio/aac', 'audio/amr', 'audio/wav']);

/**
 * What an upload will be in the chat. `mimeType` is what its bytes say, null when they say nothing; `as` is the sender's
 * wish: a sound may go as a voice note, anything as a document.
 */
export function uploadKind(mimeType: string | null, as: 'voice' | 'document' | null): MediaKind {
  if (mimeType === null || as === 'document') return 'document';
  if (pictures.has(mimeType)) return 'image';
  if (films.has(mimeType)) return 'video';
  if (sounds.has(mimeType)) return as === 'voice' ? 'voice' : 'audio';
  return 'document';
}
