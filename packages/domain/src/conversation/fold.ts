/** Text as it is compared: without case, accents, spacing and the kind of apostrophe. Never for showing. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .toLowerCase()
    .replace(/\s+/gu, ' ')
    .trim();
}
