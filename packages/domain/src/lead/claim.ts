import type { ClaimedField } from '../conversation/answer.ts';
import { fold } from '../conversation/fold.ts';
import type { Sender } from '../vocabulary.ts';
import { extractFacts, isEmail } from './extract.ts';
import { normaliseValue } from './facts.ts';

/** A message as evidence. */
export interface EvidenceMessage {
  readonly id: number;
  readonly text: string;
  readonly sender: Sender;
}

const link = /https?:|www\.|\b[a-z0-9-]{1,63}\.(?:com|net|org|io|xyz|ru|info|biz|link|app)\b/i;

/** Who the customer is to the reader of claims. */
export interface ClaimContext {
  /** The number the customer writes from; null while WhatsApp hides it. */
  readonly customerNumber: string | null;
  /** The country that numbers without the plus belong to. */
  readonly region?: string | undefined;
}

/**
 * The value of a claim that is worth believing, else null. The message must be the customer's, the quote must stand in it,
 * and the value must be in the quote: an assistant that was talked into inventing something gets nowhere.
 * A place may be spelled out ("NYC" is New York), so of a place only the quote is checked.
 */
export function believedValue(
  claim: ClaimedField,
  message: EvidenceMessage | undefined,
  { customerNumber, region }: ClaimContext,
): string | null {
  const quote = fold(claim.quote);
  if (message?.sender !== 'customer' || quote === '' || !fold(message.text).includes(quote)) return null;
  const value = normaliseValue(claim.name, claim.value, region);
  if (value === null) return null;
  const read = extractFacts(message.text, { region }).filter((fact) => fact.name === claim.name);
  const believed = {
    email: () =>
      isEmail(value) && (read.length > 0 ? read.some((fact) => fact.value === value) : spellsEmail(value, quote)),
    phone: () =>
      read.length > 0
        ? read.some((fact) => fact.value === value)
        : hasDigitsOf(value, claim.quote) || (value === customerNumber && saysThisNumber(claim.quote) !== null),
    name: () => isPlain(value) && /\p{L}/u.test(value) && !/[\d@]/.test(value) && sharesAWord(value, quote),
    location: () => isPlain(value) && /[\p{L}\d]/u.test(value) && !value.includes('@') && quote.length > 1,
  };
  return believed[claim.name]() ? value : null;
}

const thisNumber =
  /\b(?:this|same) (?:phone |whatsapp )?(?:number|phone|whatsapp|chat|one)\b|\b(?:on|over|via|by|through) whatsapp\b|\bwhatsapp (?:is|works)\b|\b(?:n?este|n?esse|mesmo)(?: mesmo)? n[uú]mero/i;

/** The words with which a customer gives the number they write from ("this number is fine"), null when they do not. */
export function saysThisNumber(text: string): string | null {
  if (/\b(?:not|no|don't|never|other|another|different)\b/i.test(text)) return null;
  return thisNumber.exec(text)?.[0] ?? null;
}

/** "ana at example dot com". */
function spellsEmail(value: string, quote: string): boolean {
  return value.split(/[^\p{L}\d]+/u).every((part) => quote.includes(part));
}

/** A number written in a way that our reader of numbers does not know. */
function hasDigitsOf(value: string, quote: string): boolean {
  const said = quote.replace(/\D/g, '');
  return said.length >= 7 && value.endsWith(said.replace(/^0+/, ''));
}

function isPlain(value: string): boolean {
  return value.length <= 80 && value.split(' ').length <= 10 && !/[\p{Cc}<>{}[\]\\`]/u.test(value) && !link.test(value);
}

/** `quote` is folded. Single letters prove nothing one by one; a name of nothing else ("J P") must stand there whole. */
function sharesAWord(value: string, quote: string): boolean {
  const folded = fold(value);
  const words = folded.split(' ').filter((word) => word.length > 1);
  if (words.length > 0) return words.some((word) => quote.includes(word));
  return ` ${quote.split(/[^\p{L}\d]+/u).join(' ')} `.includes(` ${folded} `);
}
