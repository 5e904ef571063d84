import type { z } from 'zod';

/** What was typed as a limit: a number that the contract takes, null for nothing (automatic), or `wrong`. */
export function limitOf(typed: string, contract: z.ZodType<number | null | undefined>): number | null | 'wrong' {
  const digits = typed.trim();
  if (digits === '') return null;
  const parsed = /^\d+$/.test(digits) ? contract.safeParse(Number(digits)) : null;
  return parsed?.success ? (parsed.data ?? null) : 'wrong';
}
