import { createHash, randomBytes } from 'node:crypto';
import type { Content } from './api.ts';
import type { WireMedia, WireMessage } from './wire.ts';

type Parts = Pick<WireMessage, 'type' | 'body' | 'media' | 'fields'>;

/** Keeps the files of all accounts, by the path that messages name. */
export class Files {
  readonly #bytes = new Map<string, Uint8Array | null>();

  /** Null bytes: a file that WhatsApp has deleted. */
  put(bytes: Uint8Array | null): string {
    const directPath = `/v/t62/${randomBytes(12).toString('hex')}.enc`;
    this.#bytes.set(directPath, bytes);
    return directPath;
  }

  get(directPath: string): Uint8Array | undefined {
    return this.#bytes.get(directPath) ?? undefined;
  }
}

const mediaTypes = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  voice: 'ptt',
  document: 'document',
  sticker: 'sticker',
} as const;

/** The fields of a message that WhatsApp Web would make of this content. */
export function partsOf(content: Content, files: Files): Parts {
  if (typeof content === 'string') return { type: 'chat', body: content, media: null, fields: {} };
  if ('media' in content) {
    const media: WireMedia = {
      directPath: files.put(content.gone ? null : content.bytes),
      mimetype: content.mimetype,
      size: content.claimedSize ?? content.bytes.byteLength,
      filehash: createHash('sha256').update(content.bytes).digest('base64'),
      filename: content.filename ?? null,
      caption: content.caption ?? '',
      seconds: content.seconds ?? null,
    };
    return { type: mediaTypes[content.media], body: '', media, fields: {} };
  }
  if ('location' in content) {
    const { latitude: lat, longitude: lng, name: loc } = content.location;
    return { type: 'location', body: '', media: null, fields: { lat, lng, loc } };
  }
  if ('contacts' in content) {
    const cards = content.contacts.map(({ name, phone }) => ({ displayName: name, vcard: vcardOf(name, phone) }));
    const [only, ...others] = cards;
    return only && others.length === 0
      ? { type: 'vcard', body: only.vcard, media: null, fields: { vcardFormattedName: only.displayName } }
      : { type: 'multi_vcard', body: '', media: null, fields: { vcardList: cards } };
  }
  return { type: content.type, body: content.body ?? '', media: null, fields: content.fields ?? {} };
}

function vcardOf(name: string, phone: string): string {
  const waid = phone.replace(/^\+/, '');
  return `BEGIN:VCARD\nVERSION:3.0\nFN:${name}\nTEL;type=CELL;waid=${waid}:${phone}\nEND:VCARD`;
}
