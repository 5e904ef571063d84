import { type MediaKind, uncaptionedKinds } from '@wbm/domain';

/** What a browser says a file is. The gateway looks into it and has the last word. */
export function kindOf(mimeType: string): MediaKind {
  const [family, kind] = mimeType.split('/');
  if (family === 'image' && kind !== undefined && /^(jpeg|png|webp|gif)$/.test(kind)) return 'image';
  if (family === 'video') return 'video';
  return family === 'audio' ? 'audio' : 'document';
}

/** As many as somebody may put into one message box; each becomes a message. */
export const mostFiles = 10;

export interface RefusedFile {
  readonly name: string;
  readonly why: 'too-large' | 'empty' | 'too-many';
  /** Bytes that a file of its kind may have. */
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
  maxBytes: (kind: MediaKind) => number,
): { readonly kept: readonly F[]; readonly refused: readonly RefusedFile[] } {
  const kept: F[] = [];
  const refused: RefusedFile[] = [];
  for (const file of files) {
    const limit = maxBytes(kindOf(file.type));
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
export function messagesOf<F extends Pick<SizedFile, 'type'>>(
  text: string,
  files: readonly F[],
): readonly { readonly text: string; readonly file: F | null }[] {
  const words = text.trim();
  const [first] = files;
  if (!first) return words === '' ? [] : [{ text: words, file: null }];
  const apart = words !== '' && uncaptionedKinds.has(kindOf(first.type));
  const all = files.map((file, n) => ({ text: n === 0 && !apart ? words : '', file }));
  return apart ? [{ text: words, file: null }, ...all] : all;
}
