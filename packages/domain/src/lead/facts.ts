import { canonicalPhone, type Region } from '../identity/phone.ts';
import type { FieldSource, LeadFieldName, LeadStatus, WaitingReason } from '../vocabulary.ts';
import type { LeadValues } from './lead.ts';

/** A fact somebody or something found, and on what evidence. */
export interface FoundFact {
  readonly name: LeadFieldName;
  readonly value: string;
  readonly source: FieldSource;
  readonly quote: string | null;
  /** 0 to 1. */
  readonly confidence: number | null;
}

/** What the store writes about a lead: each new value with its evidence, the current values that change, and the stage if it changes. */
export interface LeadFacts<Evidence> {
  readonly fields: readonly (FoundFact & Evidence)[];
  readonly values: Partial<Record<LeadFieldName, string>>;
  readonly status: LeadStatus | null;
  readonly waitingReason: WaitingReason | null;
}

/**
 * Which of the found facts are news, in the order given. A vendor's value yields only to a vendor; an e-mail or phone read
 * by rule yields to no model; a value that is already known, or says less than it, adds nothing; otherwise the latest wins.
 */
export function mergeFacts<F extends FoundFact>(
  current: LeadValues,
  sources: Partial<Record<LeadFieldName, FieldSource>>,
  found: readonly F[],
  region?: Region,
): { fields: F[]; values: Partial<Record<LeadFieldName, string>> } {
  const known: Record<LeadFieldName, string | null> = { ...current };
  const from: Partial<Record<LeadFieldName, FieldSource>> = { ...sources };
  const values: Partial<Record<LeadFieldName, string>> = {};
  const fields: F[] = [];
  for (const fact of found) {
    const value = normaliseValue(fact.name, fact.value, region);
    if (value === null || saysNothingNew(known[fact.name], value)) continue;
    if (known[fact.name] !== null && !mayReplace(from[fact.name], fact)) continue;
    known[fact.name] = value;
    from[fact.name] = fact.source;
    values[fact.name] = value;
    fields.push({ ...fact, value });
  }
  return { fields, values };
}

/** A value as we keep it, or null when it cannot be one. */
export function normaliseValue(name: LeadFieldName, raw: string, region?: Region): string | null {
  if (name === 'phone') return canonicalPhone(raw.trim(), region);
  const text = raw.normalize('NFC').replace(/\s+/gu, ' ').trim();
  if (text === '') return null;
  return name === 'email' ? text.toLowerCase() : text;
}

function mayReplace(was: FieldSource | undefined, fact: FoundFact): boolean {
  if (was === 'vendor') return fact.source === 'vendor';
  const exact = fact.name === 'email' || fact.name === 'phone';
  return !(exact && was === 'rule' && fact.source === 'model');
}

/** "Ana" after "Ana Souza" is not a new name. */
function saysNothingNew(known: string | null, value: string): boolean {
  if (known === null) return false;
  const words = new Set(wordsOf(known));
  return known === value || wordsOf(value).every((word) => words.has(word));
}

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[\s,]+/u)
    .filter((word) => word !== '');
}
