import { fold } from '../conversation/fold.ts';
import { isOrdinary, isParticle } from './words.ts';

export interface ProperWords {
  /** Tidied for keeping: capitals where the customer wrote none, or only capitals. */
  readonly value: string;
  /** As it stands in the text, from the given position. */
  readonly end: number;
  readonly capital: boolean;
}

/** Ordinary words that are names, with a capital and at the beginning. */
const namesToo = new Set(['will', 'may']);
const word = /[^\S\n]*([\p{L}][\p{L}\p{M}'’-]{0,29})(\.(?=\s|$))?/uy;

/**
 * Reads the words of a name or a place that begin at a position: up to `most` of them, as long as they can belong to one.
 * After a capital only capitals and particles follow, so "Ana looking for…" is Ana.
 */
export function properWordsAt(text: string, from: number, most: number): ProperWords | null {
  const words: string[] = [];
  let end = from;
  let kept = 0;
  let keptEnd = from;
  word.lastIndex = from;
  for (let match = word.exec(text); match !== null && words.length < most; match = word.exec(text)) {
    const said = match[1] ?? '';
    const plain = fold(said).replace(/'s$/, '');
    const particle = words.length > 0 && isParticle(plain);
    const first = words.length === 0;
    if (!particle && isOrdinary(plain) && !(first && isCapital(said) && namesToo.has(plain))) break;
    if (first && /^\p{Ll}{3,}ing$/u.test(said)) break;
    if (!particle && isCapital(words[0] ?? '') && !isCapital(said)) break;
    words.push(said.replace(/['’]s$/u, ''));
    end = word.lastIndex;
    if (!particle) [kept, keptEnd] = [words.length, end];
    if (match[2] !== undefined && said.length > 2) break;
    word.lastIndex = end;
  }
  if (kept === 0) return null;
  const own = words.slice(0, kept);
  return { value: tidy(own), end: keptEnd, capital: isCapital(own[0] ?? '') };
}

function isCapital(said: string): boolean {
  return /^\p{Lu}/u.test(said) || /^\p{Lo}/u.test(said);
}

function tidy(words: readonly string[]): string {
  const joined = words.join(' ');
  const shouted = joined === joined.toUpperCase() && joined.length > 3;
  const whispered = joined === joined.toLowerCase();
  if (!shouted && !whispered) return joined;
  return words.map((said) => (isParticle(fold(said)) ? said.toLowerCase() : capitalised(said))).join(' ');
}

function capitalised(said: string): string {
  const small = said.toLowerCase();
  return small.replace(/(^|-)(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());
}
