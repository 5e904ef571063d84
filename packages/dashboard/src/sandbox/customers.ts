import { useSyncExternalStore } from 'react';

export interface Customer {
  readonly name: string;
  /** International form with a plus. */
  readonly phone: string;
}

/** People to begin with, one from each of the places we speak the language of. */
const given: readonly Customer[] = [
  { name: 'Ana Souza', phone: '+5511987654321' },
  { name: 'Diego Herrera', phone: '+525512345678' },
  { name: 'Emma Clarke', phone: '+447700900123' },
];

const place = 'sandbox.customers';
let invented: readonly Customer[] = read();
const listeners = new Set<() => void>();

function read(): readonly Customer[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(place) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isCustomer) : [];
  } catch {
    return [];
  }
}

function isCustomer(value: unknown): value is Customer {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'phone' in value &&
    typeof value.phone === 'string'
  );
}

/** Remembers somebody invented here, in this browser only; the same number again renames them. */
export function inventCustomer(customer: Customer): void {
  invented = [...invented.filter((c) => c.phone !== customer.phone), customer];
  try {
    localStorage.setItem(place, JSON.stringify(invented));
  } catch {
    // Storage may be forbidden: the customer then lives as long as the page.
  }
  for (const listener of listeners) listener();
}

export function useCustomers(): readonly Customer[] {
  const mine = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => invented,
  );
  return [...given.filter((c) => !mine.some((m) => m.phone === c.phone)), ...mine];
}

/** `+` and digits, however it was typed. */
export function tidyPhone(typed: string): string {
  return `+${typed.replace(/\D/g, '')}`;
}
