import type { MediaToSend } from '../../port.ts';
import type { WhatsAppPage } from './page-types.ts';

/**
 * Functions that run inside the page, as those of `page-state.ts` do. A file goes in and out of the page in slices, since
 * a whole one as text would cost several times its size at once; what takes long is begun here and asked about with
 * `fileState`, since a call into the page may not last a minute.
 */

/** What functions in the page throw when the file is not in this document: it was loaded again, or the file was dropped. */
export const NO_SUCH_FILE = 'no such file';

/** `idle`: nothing was asked of it yet. `gone`: WhatsApp has deleted it. The last three are ends. */
export type FileState = 'idle' | 'working' | 'done' | 'too-large' | 'gone' | 'failed';

/** Null: there is no such file in this document. */
export function fileState(id: string): { state: FileState; size: number } | null {
  const page = globalThis as unknown as WhatsAppPage;
  const file = page.wbmFiles?.[id];
  return file ? { state: file.state, size: file.bytes?.length ?? 0 } : null;
}

/** Forgets a file, whatever becomes of it. */
export function dropFile(id: string): void {
  const page = globalThis as unknown as WhatsAppPage;
  page.wbmFiles?.[id]?.abort?.();
  if (page.wbmFiles) delete page.wbmFiles[id];
}

export function addSlice(id: string, base64: string): void {
  const page = globalThis as unknown as WhatsAppPage;
  page.wbmFiles ??= {};
  page.wbmFiles[id] ??= { parts: [], state: 'idle' };
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  page.wbmFiles[id].parts.push(bytes);
}

/** Bytes of a fetched file, as base64. */
export function readSlice(id: string, from: number, length: number): string {
  const page = globalThis as unknown as WhatsAppPage;
  const bytes = page.wbmFiles?.[id]?.bytes?.subarray(from, from + length);
  if (!bytes) throw new Error('no such file');
  let text = '';
  // In pieces: a call does not take a million arguments.
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(text);
}

/**
 * Has WhatsApp Web fetch and decrypt the file of the message that `seek` holds. As the library does it, and with the
 * file's type: without one WhatsApp Web takes no file since August 2026 (whatsapp-web.js #201908).
 */
export function startDownload(id: string, maxBytes: number): void {
  const page = globalThis as unknown as WhatsAppPage;
  const file = page.wbmFiles?.[id];
  const message = file?.message;
  if (!file || !message) throw new Error('no such file');
  const aborted = new AbortController();
  file.abort = () => aborted.abort();
  file.state = 'working';
  const fetched = async (): Promise<FileState> => {
    const stage = () => String(message.mediaData?.mediaStage ?? '');
    if (stage() === 'REUPLOADING') return 'failed';
    if (stage() !== 'RESOLVED') await message.downloadMedia?.({ downloadEvenIfExpensive: true, rmrReason: 1 });
    if (/MISSING|NOT_FOUND/.test(stage())) return 'gone';
    if (/ERROR|FETCHING/.test(stage())) return 'failed';
    if (!message.directPath) return 'gone';
    const unmeasured = {
      addAnnotations: () => unmeasured,
      addPoint: () => unmeasured,
    };
    const { directPath, encFilehash, filehash, mediaKey, mediaKeyTimestamp, type, mimetype } = message;
    const buffer = await page.require('WAWebDownloadManager').downloadManager.downloadAndMaybeDecrypt({
      directPath,
      encFilehash,
      filehash,
      mediaKey,
      mediaKeyTimestamp,
      type,
      mimetype,
      signal: aborted.signal,
      downloadQpl: unmeasured,
    });
    if (!buffer) return 'gone';
    if (buffer.byteLength > maxBytes) return 'too-large';
    file.bytes = new Uint8Array(buffer);
    return 'done';
  };
  fetched().then(
    (state) => {
      file.state = state;
    },
    (error: { status?: number } | undefined) => {
      file.state = error?.status === 404 || error?.status === 410 ? 'gone' : 'failed';
    },
  );
}

/** Has WhatsApp Web prepare and upload a file whose slices are all there. Nothing of it reaches a chat yet. */
export function startUpload(id: string, { kind, mimeType, name }: Omit<MediaToSend, 'path'>): void {
  const page = globalThis as unknown as WhatsAppPage;
  const file = page.wbmFiles?.[id];
  const helpers = page.WWebJS;
  if (!file) throw new Error('no such file');
  if (!helpers?.processMediaData || !helpers.processStickerData || !helpers.mediaInfoToFile) {
    throw new Error('no helpers');
  }
  // The library would have the whole file as text, and would upload it only while it sends.
  if (!helpers.wbmWrapped) {
    const { mediaInfoToFile, processMediaData, processStickerData } = helpers;
    helpers.wbmWrapped = true;
    helpers.mediaInfoToFile = (info) => info.wbmFile ?? mediaInfoToFile(info);
    helpers.processMediaData = async (info, how) => info.wbmPrepared ?? processMediaData(info, how);
    helpers.processStickerData = async (info) => info.wbmPrepared ?? processStickerData(info);
  }
  const whole = new File(file.parts, name ?? 'file', { type: mimeType, lastModified: Date.now() });
  file.parts = [];
  file.state = 'working';
  const info = { mimetype: mimeType, filename: whole.name, wbmFile: whole };
  const how = { forceVoice: kind === 'voice', forceDocument: kind === 'document' };
  const prepared = kind === 'sticker' ? helpers.processStickerData(info) : helpers.processMediaData(info, how);
  prepared.then(
    (media) => {
      // The library leaves a sticker's type out.
      file.prepared = kind === 'sticker' ? { mimetype: mimeType, ...(media as object) } : media;
      file.state = 'done';
    },
    () => {
      file.state = 'failed';
    },
  );
}

/** Sends an uploaded file into a chat, as the library's own `sendMessage` does. False: it answered nothing. */
export async function sendPrepared(
  id: string,
  chatId: string,
  { kind, caption, messageId }: { kind: MediaToSend['kind']; caption: string; messageId: string },
): Promise<boolean> {
  const page = globalThis as unknown as WhatsAppPage;
  const chat = await page.WWebJS?.getChat?.(chatId, { getAsModel: false });
  const prepared = page.wbmFiles?.[id]?.prepared;
  if (!prepared) throw new Error('no such file');
  if (page.wbmFiles) delete page.wbmFiles[id];
  if (!chat) return false;
  const sent = await page.WWebJS?.sendMessage?.(chat, '', {
    media: { wbmPrepared: prepared },
    caption: caption === '' ? undefined : caption,
    isCaptionByUser: caption !== '',
    sendAudioAsVoice: kind === 'voice',
    sendMediaAsDocument: kind === 'document',
    sendMediaAsSticker: kind === 'sticker',
    mentionedJidList: [],
    waitUntilMsgSent: true,
    messageId,
  });
  return Boolean(sent);
}
