import type { Media } from '@wbm/domain';

/** What a browser shows as a picture, a sound or a film and never as a page. SVG is a page. */
const shown = new Set([
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
  'audio/ogg',
  'audio/mpeg',
  'audio/mp4',
  'audio/x-m4a',
  'audio/aac',
  'audio/amr',
  'audio/wav',
  'audio/webm',
  'video/mp4',
  'video/3gpp',
  'video/quicktime',
  'video/webm',
]);

/** Shown in place when that is safe, offered for download when not; with its name, in the two forms of RFC 6266. */
export function dispositionOf({ kind, mimeType, name }: Pick<Media, 'kind' | 'mimeType' | 'name'>): string {
  const how = kind !== 'document' && shown.has(mimeType) ? 'inline' : 'attachment';
  if (name === null) return how;
  const plain =
    name
      .normalize('NFKD')
      .replace(/[^\x20-\x7E]/g, '')
      .replace(/["\\%]/g, '_')
      .trim() || 'file';
  const exact = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${how}; filename="${plain}"; filename*=UTF-8''${exact}`;
}
