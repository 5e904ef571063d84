const LONGEST_NAME = 120;
const LONGEST_ENDING = 12;
const LONGEST_TYPE = 120;
/** Type and subtype as RFC 6838 has them, without parameters. */
const MIME_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,62}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}$/;
const UNKNOWN_TYPE = 'application/octet-stream';

/**
 * A file's name as it may be shown, kept and offered for download: no folders, nothing invisible, no sign that turns the
 * reading direction around (so that `gpj.exe` cannot look like `exe.jpg`), no longer than 120 characters with its ending
 * kept. Null when nothing is left.
 */
export function cleanFileName(name: string | null): string | null {
  if (name === null) return null;
  const visible = name
    .toWellFormed()
    .normalize('NFC')
    .replaceAll('\uFFFD', '')
    .split(/[/\\]/)
    .findLast((part) => part.trim() !== '')
    // Controls, and what joins, hides or turns: format characters, of which the bidirectional ones are some.
    ?.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^\.+/, '')
    .trim();
  if (!visible) return null;
  if (visible.length <= LONGEST_NAME) return visible;
  const ending = new RegExp(`\\.[^. ]{1,${LONGEST_ENDING - 1}}$`).exec(visible)?.[0] ?? '';
  // Cutting may leave half of a character.
  return `${visible
    .slice(0, LONGEST_NAME - ending.length)
    .toWellFormed()
    .replaceAll('\uFFFD', '')}${ending}`;
}

/** Lower-case `type/subtype`; what is none is `application/octet-stream`. */
export function cleanMimeType(mimeType: string | null): string {
  const bare = mimeType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return bare.length <= LONGEST_TYPE && MIME_TYPE.test(bare) ? bare : UNKNOWN_TYPE;
}
