import { fold } from '../conversation/fold.ts';
import type { LeadFieldName } from '../vocabulary.ts';

const asks: readonly (readonly [LeadFieldName, RegExp])[] = [
  ['name', /\b(?:your (?:full )?name|what name|name, please|call you|talking to|talking with)\b/],
  ['email', /\be-?mail\b/],
  ['phone', /\b(?:phone|number)\b/],
  ['location', /\b(?:where are you|where do you live|which city|what city|your city|your town|which town|based)\b/],
];

/** Which facts a message of the business asks the customer for, read from its questions. */
export function factsAskedFor(text: string): ReadonlySet<LeadFieldName> {
  const questions = fold(text.slice(0, 2_000))
    .split(/(?<=[.!?])/)
    .filter((sentence) => sentence.endsWith('?'))
    .join(' ');
  return new Set(asks.filter(([, question]) => question.test(questions)).map(([name]) => name));
}
