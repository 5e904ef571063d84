import { Permanent } from '@wbm/runtime';
import type { DriverFacts } from './driver-facts.ts';

export type ConstraintKind = 'unique' | 'foreign-key' | 'check' | 'not-null' | 'exclusion' | 'row-security';

/**
 * The database refused a row. A store that expects a certain constraint turns it into a refusal by name
 * (`error.violates('bots_name_key')`); one that nobody expected travels on and fails the work for good.
 */
export class ConstraintViolation extends Permanent {
  readonly kind: ConstraintKind;
  /** The constraint's or index's name; undefined where the driver did not say. */
  readonly constraint: string | undefined;

  constructor(kind: ConstraintKind, constraint: string | undefined, options: { readonly cause?: unknown } = {}) {
    super(`db.${kind}`, `the database refused a row: ${kind} ${constraint ?? ''}`.trim(), {
      ...options,
      context: { kind, constraint: constraint ?? null },
    });
    this.kind = kind;
    this.constraint = constraint;
  }

  violates(constraint: string): boolean {
    return this.constraint === constraint;
  }
}

const states: Readonly<Record<string, ConstraintKind>> = {
  '23505': 'unique',
  '23503': 'foreign-key',
  '23001': 'foreign-key',
  '23514': 'check',
  '23502': 'not-null',
  '23P01': 'exclusion',
};

const words: Readonly<Record<string, ConstraintKind>> = {
  P2002: 'unique',
  P2003: 'foreign-key',
  P2011: 'not-null',
  UniqueConstraintViolation: 'unique',
  ForeignKeyConstraintViolation: 'foreign-key',
  RestrictViolation: 'foreign-key',
  NullConstraintViolation: 'not-null',
};

export function constraintKindOf(facts: DriverFacts): ConstraintKind | undefined {
  if (facts.sqlState === '42501' && facts.prose.some((line) => line.includes('row-level security'))) {
    return 'row-security';
  }
  const byState = facts.sqlState === undefined ? undefined : states[facts.sqlState];
  return byState ?? facts.words.map((word) => words[word]).find((kind) => kind !== undefined);
}
