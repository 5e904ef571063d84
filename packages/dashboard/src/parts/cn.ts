import { type ClassValue, clsx } from 'clsx';
import { twMerge } from 'tailwind-merge';

/** Joins class names; of two that contradict each other the later wins, so that a caller may adjust a part. */
export function cn(...classes: ClassValue[]): string {
  return twMerge(clsx(classes));
}
