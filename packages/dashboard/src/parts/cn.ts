import { type ClassValue, clsx } from 'clsx';

/**
 * Joins class names. It resolves no contradictions (that takes 8 kB on every phone): what a caller may change about a
 * part stands in the `components` layer of styles.css, over which utilities win; nothing else is said twice.
 */
export function cn(...classes: ClassValue[]): string {
  return clsx(classes);
}
