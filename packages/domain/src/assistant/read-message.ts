import { fold } from '../conversation/fold.ts';
import { saysThisNumber } from '../lead/claim.ts';
import { extractFacts } from '../lead/extract.ts';
import type { LeadFieldName } from '../vocabulary.ts';
import { type ProperWords, properWordsAt } from './proper-words.ts';
import { isPeople, isTime } from './words.ts';

export interface ReadFact {
  readonly name: LeadFieldName;
  readonly value: string;
  readonly quote: string;
  readonly confidence: number;
}

export interface ReadingContext {
  /** What the business asked for in its last message. */
  readonly asked: ReadonlySet<LeadFieldName>;
  /** A name was asked for before that and never came. */
  readonly nameIsLate: boolean;
  /** The country that numbers without the plus belong to. */
  readonly region?: string | undefined;
  /** The number the customer writes from. */
  readonly customerNumber: string | null;
}

/** Longer messages are read only this far. */
const longest = 2_000;
const surely = { confidence: 0.95, anyCase: true };
const perhaps = { confidence: 0.8, anyCase: false };

const introductions = [
  {
    ...surely,
    lead: /\b(?:my (?:full )?name is|my name's|me chamo|meu nome (?:é|e)|me llamo|mi nombre es|je m'appelle|mi chiamo|call me)(?!\p{L})/giu,
  },
  { ...surely, lead: /(?:^|[\n.!?,;] ?)(?:full )?(?:name|nome|nombre)(?: is|:| -)(?= )/giu },
  {
    ...perhaps,
    lead: /(?<![\p{L}'])(?:i am|i'm|im|this is|sou (?:o|a)|eu sou|soy|aqui (?:é|e)(?: o| a)?)(?= )/giu,
  },
] as const;
/** These begin many things; they introduce somebody when a name was asked for, or is being put right. */
const vagueIntroductions = [{ ...perhaps, lead: /(?<![\p{L}'])(?:it's|its)(?= )/giu }] as const;
const homes = [
  {
    ...surely,
    lead: /(?<![\p{L}])(?:i live in|we live in|i live near|i'm living in|living in|i am based in|i'm based in|we're based in|based in|located in|my city is|moro em|vivo em|vivo en)(?: the)?(?= )/giu,
  },
  { ...surely, lead: /(?:^|[\n.!?,;] ?)(?:city|town|location|cidade|ciudad)(?: is|:| -)(?= )/giu },
  {
    ...perhaps,
    lead: /(?<![\p{L}'])(?:(?:i'm|i am|im|we're|we are) (?:in|from|near)|from|sou de|soy de|estou em|estoy en)(?: the)?(?= )/giu,
  },
] as const;

/** The facts a customer tells about themselves in one message. Reads plain English, and how people introduce themselves in Portuguese and Spanish. */
export function readMessage(
  message: string,
  { asked, nameIsLate, region, customerNumber }: ReadingContext,
): ReadFact[] {
  const text = message.slice(0, longest).replace(/[’ʼ]/g, "'");
  const quoteAt = (from: number, to: number) => message.slice(from, to).trim();
  const facts: ReadFact[] = extractFacts(text, { region }).map((fact) => ({ ...fact, confidence: 1 }));
  if (customerNumber !== null && !facts.some(({ name }) => name === 'phone')) {
    const quote = saysThisNumber(text);
    if (quote !== null && asked.has('phone'))
      facts.push({ name: 'phone', value: customerNumber, quote, confidence: 0.9 });
  }

  const vague = asked.has('name') || /^(?:no|sorry)\b/i.test(text) ? vagueIntroductions : [];
  const isNoName = (folded: string) => isPeople(folded) || (isTime(folded) && !asked.has('name'));
  const name =
    findAfter(text, [...introductions, ...vague], 4, asked.has('name'), isNoName) ??
    (asked.has('name') ? bare(text, facts, 4) : nameIsLate ? alone(text) : null);
  if (name !== null && !isNoName(fold(name.value))) {
    facts.push({ name: 'name', value: name.value, quote: quoteAt(name.from, name.end), confidence: name.confidence });
  }
  const place =
    findAfter(text, homes, 5, asked.has('location'), isTime) ?? (asked.has('location') ? bare(text, facts, 5) : null);
  if (place !== null && !isTime(fold(place.value)) && place.value !== name?.value) {
    const region = regionAfter(text, place);
    const [end, value] = region === null ? [place.end, place.value] : [region.end, `${place.value}, ${region.value}`];
    facts.push({ name: 'location', value, quote: quoteAt(place.from, end), confidence: place.confidence });
  }
  return facts;
}

type Found = ProperWords & { readonly from: number; readonly confidence: number };

function findAfter(
  text: string,
  leads: readonly { readonly lead: RegExp; readonly confidence: number; readonly anyCase: boolean }[],
  most: number,
  asked: boolean,
  isOther: (folded: string) => boolean,
): Found | null {
  for (const { lead, confidence, anyCase } of leads) {
    for (const match of text.matchAll(lead)) {
      const words = properWordsAt(text, match.index + match[0].length, most);
      if (words !== null && (anyCase || asked || words.capital) && !isOther(fold(words.value))) {
        return { ...words, from: match.index, confidence };
      }
    }
  }
  return null;
}

/** An answer without a sentence around it: the first piece of the text that can be nothing else. */
function bare(text: string, facts: readonly ReadFact[], most: number): Found | null {
  let rest = text;
  for (const { quote } of facts) rest = rest.replace(quote, ','.repeat(quote.length));
  for (const piece of rest.matchAll(/[^\n,;.!?()|/]+(?:\.(?! |$)[^\n,;.!?()|/]+)*\??/gu)) {
    const said = piece[0].replace(
      /^(?:\s|[-–:]|\b(?:and|in|from|near|at|em|en|it's|its|it is|sure|yes|ok|okay|of course|hi|hello)\b(?! *$))+/iu,
      '',
    );
    if (said.endsWith('?') || !/^[\p{L}\p{M}'\s.-]+$/u.test(said)) continue;
    const from = piece.index + piece[0].length - said.length;
    const words = properWordsAt(text, from, most);
    if (words === null || text.slice(words.end, from + said.length).trim() !== '') continue;
    if (said.trim().length < 2) continue;
    return { ...words, from, confidence: 0.7 };
  }
  return null;
}

/** A message that is nothing but a name in capitals. */
function alone(text: string): Found | null {
  const words = properWordsAt(text, 0, 3);
  if (!words?.capital || !/^[\s.!]*$/.test(text.slice(words.end))) return null;
  return { ...words, from: 0, confidence: 0.6 };
}

/** "Lisbon, Portugal": a second part after a comma, when it is written like the first and ends there. */
function regionAfter(text: string, place: Found): ProperWords | null {
  const comma = /^,[^\S\n]*/u.exec(text.slice(place.end));
  if (comma === null) return null;
  const part = properWordsAt(text, place.end + comma[0].length, 3);
  const ends = part !== null && /^[^\S\n]*(?:[.,!?;\n]|$)/u.test(text.slice(part.end));
  return ends && part.capital === place.capital ? part : null;
}
