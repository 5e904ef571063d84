import { cleanMimeType, type MediaKind, maxMediaBytes, uncaptionedKinds, uploadKind } from '@wbm/domain';

/** What a browser says a file is. The gateway looks into it and has the last word. */
export function kindOf(mimeType: string): MediaKind {
  return uploadKind(cleanMimeType(mimeType), null);
}

/** Pure: whether a file is too large to be shown as what it is; as a document it may still go. */
export function onlyAsDocument({ type, size }: Omit<SizedFile, 'name'>, maxBytes = maxMediaBytes): boolean {
  const kind = kindOf(type);
  // What the browser has no name for may be a video to the gateway.
  return size > maxBytes(kind === 'document' ? 'video' : kind);
}

/** Pure: what a file will be in the chat. */
export function sentAs(file: Omit<SizedFile, 'name'>, maxBytes = maxMediaBytes): MediaKind {
  return onlyAsDocument(file, maxBytes) ? 'document' : kindOf(file.type);
}

/** As many as somebody may put into one message box; each becomes a message. */
export const mostFiles = 10;

export interface RefusedFile {
  readonly name: string;
  readonly why: 'too-large' | 'empty' | 'too-many';
  /** Bytes that a file may have. */
  readonly limit: number;
}

interface SizedFile {
  readonly name: string;
  readonly size: number;
  readonly type: string;
}

/** Pure: which of the files may go along with those that are there, and why the others may not. */
export function admit<F extends SizedFile>(
  files: readonly F[],
  there: number,
  maxBytes = maxMediaBytes,
): { readonly kept: readonly F[]; readonly refused: readonly RefusedFile[] } {
  const kept: F[] = [];
  const refused: RefusedFile[] = [];
  for (const file of files) {
    const limit = maxBytes(sentAs(file, maxBytes));
    const why =
      file.size === 0
        ? 'empty'
        : file.size > limit
          ? 'too-large'
          : there + kept.length >= mostFiles
            ? 'too-many'
            : null;
    if (why === null) kept.push(file);
    else refused.push({ name: file.name, why, limit });
  }
  return { kept, refused };
}

/**
 * Pure: the messages that words and files become. Each file is one; the words go with the first of them, or on their
 * own before it when WhatsApp would show none beside it.
 */
export function messagesOf<F extends Omit<SizedFile, 'name'>>(
  text: string,
  files: readonly F[],
): readonly { readonly text: string; readonly file: F | null }[] {
  const words = text.trim();
  const [first] = files;
  if (!first) return words === '' ? [] : [{ text: words, file: null }];
  const apart = words !== '' && uncaptionedKinds.has(sentAs(first));
  const all = files.map((file, n) => ({ text: n === 0 && !apart ? words : '', file }));
  return apart ? [{ text: words, file: null }, ...all] : all;
}
