import { type ClassValue, clsx } from 'clsx';

/**
 * Joins class names. It resolves no contradictions (that takes 8 kB on every phone): a part takes from its caller what
 * it does not decide itself, such as margins and widths.
 */
export function cn(...classes: ClassValue[]): string {
  return clsx(classes);
}
