import type { Line } from './line.ts';
import { today } from './today.ts';

/** Bytes of what is about to be sent, by the hash of the file. */
const prepared = new Map<string, Blob>();

class OpaqueData {
  readonly blob: Blob;

  constructor(blob: Blob) {
    this.blob = blob;
  }

  static async createFromData(data: Blob | OpaqueData, mimetype: string): Promise<OpaqueData> {
    return new OpaqueData(data instanceof OpaqueData ? data.blob : new File([data], nameOf(data), { type: mimetype }));
  }

  url(): string {
    return URL.createObjectURL(this.blob);
  }

  autorelease(): void {}

  formData(): Blob {
    return this.blob;
  }
}

type WantedFile = { readonly directPath: string; readonly mimetype?: string };
type MediaParams = { readonly asSticker?: boolean; readonly isPtt?: boolean; readonly asDocument?: boolean };

class MediaData {
  [attribute: string]: unknown;

  constructor(attributes: object) {
    Object.assign(this, attributes, today.behaviour.mediaApi === 'before' ? {} : { __x_id: undefined });
  }

  set(attributes: object): void {
    Object.assign(this, attributes);
  }

  toJSON(): object {
    return { ...this, mediaBlob: undefined };
  }
}

function typeOf(mimetype: string, { asSticker, isPtt, asDocument }: MediaParams): string {
  if (asDocument) return 'document';
  if (asSticker) return 'sticker';
  const kind = mimetype.split('/')[0] ?? '';
  if (kind === 'audio') return isPtt ? 'ptt' : 'audio';
  return kind === 'image' || kind === 'video' ? kind : 'document';
}

function nameOf(data: Blob): string {
  return data instanceof File ? data.name : '';
}

async function hashOf(blob: Blob): Promise<string> {
  return base64Of(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()));
}

/** In pieces: a call does not take a million arguments. */
function base64Of(buffer: ArrayBuffer): string {
  const bytes = new Uint8Array(buffer);
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

function bytesOf(base64: string): ArrayBuffer {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer;
}

const mediaObjects = new Map<string, Record<string, unknown>>();

function mediaObjectOf(filehash: string): Record<string, unknown> {
  const known = mediaObjects.get(filehash);
  if (known) return known;
  const made: Record<string, unknown> = {
    filehash,
    contentInfo: { waveform: new Uint8Array(64) },
    consolidate: (attributes: object) => void Object.assign(made, attributes),
  };
  mediaObjects.set(filehash, made);
  return made;
}

/** The modules that take files up and down. */
export function mediaModules(line: Line): Record<string, object> {
  const upload = async (blob: Blob) => {
    const base64 = base64Of(await blob.arrayBuffer());
    const { directPath } = await line.ask('upload', { base64, mimetype: blob.type, filename: nameOf(blob) });
    const filehash = await hashOf(blob);
    const url = `https://mmg.whatsapp.net${directPath}`;
    return { directPath, mediaKey: 'c3R1Yg==', mediaKeyTimestamp: 1, encFilehash: filehash, uploadHash: filehash, url };
  };
  return {
    WAWebMediaOpaqueData: OpaqueData,
    WAWebPrepRawMedia: {
      prepRawMedia: (data: OpaqueData, params: MediaParams) => ({
        async waitForPrep(): Promise<MediaData> {
          const { blob } = data;
          const filehash = await hashOf(blob);
          prepared.set(filehash, blob);
          const type = typeOf(blob.type, params);
          const { type: mimetype, size } = blob;
          return new MediaData({ type, filehash, mimetype, size, filename: nameOf(blob), mediaBlob: data });
        },
      }),
    },
    WAWebMediaStorage: { getOrCreateMediaObject: mediaObjectOf },
    WAWebMmsMediaTypes: {
      msgToMediaType: ({ type }: { readonly type: string }) => type,
      castToV4: (type: string) => type,
    },
    WAWebMediaDataUtils: { shouldUseMediaCache: () => false },
    WAWebMediaMmsV4Upload: {
      async uploadMedia({ mediaObject }: { readonly mediaObject: { readonly filehash: string } }) {
        const blob = prepared.get(mediaObject.filehash);
        prepared.delete(mediaObject.filehash);
        if (!blob) return {};
        const { url, ...entry } = await upload(blob);
        return { mediaEntry: { ...entry, mmsUrl: url, deprecatedMms3Url: url } };
      },
    },
    WAWebUploadManager: { encryptAndUpload: ({ blob }: { readonly blob: Blob }) => upload(blob) },
    WAWebStartMediaUploadQpl: { startMediaUploadQpl: () => ({}) },
    WAWebDownloadManager: {
      downloadManager: {
        async downloadAndMaybeDecrypt({ directPath, mimetype }: WantedFile): Promise<ArrayBuffer> {
          if (today.behaviour.mediaApi !== 'before' && mimetype === undefined) throw new Error('InvalidMediaFileType');
          const base64 = await line.ask('download', { directPath });
          if (base64 === null) throw Object.assign(new Error('media is gone'), { status: 404 });
          return bytesOf(base64);
        },
      },
    },
  };
}
