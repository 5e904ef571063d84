const MAX = 48;

/** A bot's id out of its name: lower case, latin letters, digits and dashes; `bot` when nothing of that kind is in it. */
export function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, MAX)
    .replace(/-+$/, '');
  return plain === '' ? 'bot' : plain;
}
