import type { ClaimedField } from '../conversation/answer.ts';
import type { Sender } from '../vocabulary.ts';
import { extractFacts } from './extract.ts';
import { normaliseValue } from './facts.ts';

/** A message as evidence. */
export interface EvidenceMessage {
  readonly id: number;
  readonly text: string;
  readonly sender: Sender;
}

const link = /https?:|www\.|\b[a-z0-9-]{1,63}\.(?:com|net|org|io|xyz|ru|info|biz|link|app)\b/i;

/**
 * The value of a claim that is worth believing, else null. The message must be the customer's, the quote must stand in it,
 * and the value must be in the quote: an assistant that was talked into inventing something gets nowhere.
 * A place may be spelled out ("NYC" is New York), so of a place only the quote is checked.
 */
export function believedValue(
  claim: ClaimedField,
  message: EvidenceMessage | undefined,
  region?: string,
): string | null {
  if (message?.sender !== 'customer' || !fold(message.text).includes(fold(claim.quote))) return null;
  const value = normaliseValue(claim.name, claim.value, region);
  if (value === null) return null;
  switch (claim.name) {
    case 'email':
    case 'phone':
      return extractFacts(claim.quote, { region }).some((fact) => fact.name === claim.name && fact.value === value)
        ? value
        : null;
    case 'name':
      return isPlain(value) && /\p{L}/u.test(value) && !/[\d@]/.test(value) && sharesAWord(value, claim.quote)
        ? value
        : null;
    case 'location':
      return isPlain(value) && /[\p{L}\d]/u.test(value) && !value.includes('@') && fold(claim.quote).length > 1
        ? value
        : null;
  }
}

function isPlain(value: string): boolean {
  return value.length <= 80 && value.split(' ').length <= 10 && !/[\p{Cc}<>{}[\]\\`]/u.test(value) && !link.test(value);
}

function sharesAWord(value: string, quote: string): boolean {
  const said = fold(quote);
  return fold(value)
    .split(' ')
    .some((word) => word !== '' && said.includes(word));
}

/** Text as it is compared: without case, accents and spacing. */
function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/gu, ' ').trim();
}
