import { findPhoneNumbersInText } from 'libphonenumber-js';
import { asRegion, type Region, withNinthDigit } from '../identity/phone.ts';

export interface ExtractedFact {
  readonly name: 'email' | 'phone';
  readonly value: string;
  /** As it stands in the message. */
  readonly quote: string;
}

/** Longer texts are read only this far: contact data stands early, and a hostile text must stay cheap. */
const longestText = 4_000;
/** RFC 5321. */
const longestEmail = 254;
const address = /[\w+%-]{1,64}(?:\.[\w+%-]{1,64}){0,8}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,6}[a-z]{2,24}/
  .source;
const email = new RegExp(`(?<![\\w+%-]|\\w\\.)${address}(?![\\w-])`, 'gi');
const onlyEmail = new RegExp(`^${address}$`, 'i');
/** Numbers that look like phones and are not: links, and Brazil's tax numbers. */
const notPhones =
  /\b(?:https?:\/\/|www\.)\S{1,2000}|\b\d{3}\.\d{3}\.\d{3}-\d{2}\b|\b\d{2}\.\d{3}\.\d{3}\/\d{4}-\d{2}\b/gi;

/** Reads e-mail addresses and phone numbers out of a customer's text, in the order they stand there. */
export function extractFacts(text: string, { region }: { region?: Region | undefined } = {}): ExtractedFact[] {
  const read = text.slice(0, longestText);
  const found: (ExtractedFact & { at: number })[] = [];
  for (const match of read.matchAll(email)) {
    if (match[0].length > longestEmail) continue;
    found.push({ name: 'email', value: match[0].toLowerCase(), quote: match[0], at: match.index });
  }
  const rest = blank(blank(read, email), notPhones);
  if (/\d(?:\D{0,4}\d){5}/.test(rest)) {
    for (const { startsAt, endsAt, number } of findPhoneNumbersInText(rest, asRegion(region))) {
      if (!number.isValid()) continue;
      found.push({
        name: 'phone',
        value: withNinthDigit(number.number),
        quote: read.slice(startsAt, endsAt),
        at: startsAt,
      });
    }
  }
  return found.sort((a, b) => a.at - b.at).map(({ name, value, quote }) => ({ name, value, quote }));
}

/** Same length, so that positions stay true. */
function blank(text: string, pattern: RegExp): string {
  return text.replace(pattern, (match) => 'x'.repeat(match.length));
}

/** Whether the whole text is one e-mail address. */
export function isEmail(text: string): boolean {
  return text.length <= longestEmail && onlyEmail.test(text);
}
