const PART = /^[a-z0-9_-][a-z0-9._-]*$/;
const LONGEST = 512;

/**
 * Throws for a key that is not parts of `[a-z0-9._-]` joined by slashes, none of which begins with a dot: a key can
 * neither leave the folder nor name what is being written. Keys are made of ids, so a wrong one is a bug.
 */
export function assertKey(key: string): void {
  if (key.length > LONGEST || !key.split('/').every((part) => PART.test(part))) {
    throw new Error('not the key of a blob');
  }
}
