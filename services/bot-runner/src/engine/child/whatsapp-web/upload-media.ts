import { type FileHandle, open } from 'node:fs/promises';
import { FILE_MS } from '../../file-deadlines.ts';
import type { MediaToSend, SendOutcome } from '../../port.ts';
import { awaitFile } from './await-file.ts';
import type { BotClient } from './bot-client.ts';
import { addSlice, dropFile, NO_SUCH_FILE, startUpload } from './page-files.ts';

/** Slices and upload together; the rest is for sending, which comes after. */
const UPLOAD_MS = FILE_MS - 20_000;
/** With less, an upload is not begun. */
const LEAST_MS = 60_000;
const SLICE_BYTES = 1024 * 1024;
const LARGEST_BYTES = 32 * 1024 * 1024;

type Refusal = Exclude<SendOutcome, { outcome: 'sent' | 'unknown' }>;

const refused = (reason: string): Refusal => ({ outcome: 'refused', reason, why: 'media' });

/** Files on their way into a page, one at a time. */
export class MediaUploads {
  #last: Promise<unknown> = Promise.resolve();

  /** As `uploadMedia`; one whose turn comes too late for whoever waits for it was not sent. */
  upload(client: BotClient, id: string, media: MediaToSend): Promise<Refusal | null> {
    const untilMs = performance.now() + UPLOAD_MS;
    const turn = this.#last.then(() => {
      if (performance.now() + LEAST_MS <= untilMs) return uploadMedia(client, id, media, untilMs);
      return { outcome: 'not-sent', reason: 'Another file took too long.' } as const;
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/**
 * Brings a file into the page and has WhatsApp Web upload it, under the id of the message it will go with. Null: it is
 * ready to be sent. Until then nothing of it can have reached the chat, so every failure is known to be one.
 */
async function uploadMedia(
  client: BotClient,
  id: string,
  media: MediaToSend,
  untilMs: number,
): Promise<Refusal | null> {
  if (media.kind === 'sticker' && media.mimeType !== 'image/webp')
    return refused('A sticker has to be a WebP picture.');
  const failure = await attempt(client, id, media, untilMs).catch(whyNot);
  if (failure === undefined) return null;
  await client.evaluate(dropFile, id).catch(() => undefined);
  if (failure !== null) return failure;
  // Away from WhatsApp nothing can be uploaded; that passes, and says nothing of the file.
  const seen = await client.look().catch(() => null);
  if (seen?.state !== 'CONNECTED') return { outcome: 'not-sent', reason: 'The connection to WhatsApp is lost.' };
  return refused('WhatsApp Web could not upload the file. Try again, or send it from the phone.');
}

/** A page that is gone, or was loaded again, says nothing of the file. */
function whyNot(error: unknown): Refusal | null {
  const words = error instanceof Error ? error.message : String(error);
  const gone = words.includes(NO_SUCH_FILE) || /^closed$|detached|Protocol|Target|destroyed/i.test(words);
  return gone ? { outcome: 'not-sent', reason: 'The page was loaded again meanwhile.' } : null;
}

/** Undefined: it is uploaded. Null: it is not, and the page may say why. */
async function attempt(client: BotClient, id: string, media: MediaToSend, untilMs: number) {
  const file = await open(media.path, 'r').catch(() => undefined);
  if (!file) return { outcome: 'not-sent', reason: 'The file could not be read.' } as const;
  try {
    const { size } = await file.stat();
    if (size > LARGEST_BYTES) return refused('The file is larger than 32 MB.');
    if (size === 0) return refused('The file is empty.');
    await handIn(client, id, file, untilMs);
  } finally {
    await file.close();
  }
  const { kind, mimeType, name } = media;
  await client.evaluate(startUpload, id, { kind, mimeType, name });
  const { state } = await awaitFile(client, id, untilMs);
  return state === 'done' ? undefined : null;
}

async function handIn(client: BotClient, id: string, file: FileHandle, untilMs: number): Promise<void> {
  const slice = Buffer.alloc(SLICE_BYTES);
  for (;;) {
    if (performance.now() > untilMs) throw new Error('late');
    const { bytesRead } = await file.read(slice, 0, SLICE_BYTES);
    if (bytesRead === 0) return;
    await client.evaluate(addSlice, id, slice.toString('base64', 0, bytesRead));
  }
}
