import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js';

/** A country, ISO 3166 alpha-2, in which a number without the plus is read. */
export type Region = string;

/**
 * One spelling per line: E.164, and null when it cannot be a phone number. Brazilian mobiles exist with and without the
 * ninth digit in WhatsApp's own ids; ours always have it.
 */
export function canonicalPhone(raw: string, defaultRegion?: Region): string | null {
  if (raw.length > 64) return null;
  const parsed = parsePhoneNumberFromString(raw, { ...asRegion(defaultRegion), extract: false });
  if (!parsed?.isPossible()) return null;
  return withNinthDigit(parsed.number);
}

/** A number as WhatsApp spells it, in our spelling; one that no numbering plan knows is kept as it is. */
export function ourSpelling(e164: string): string {
  return canonicalPhone(e164) ?? withNinthDigit(e164);
}

/** The country of an E.164 number, for reading other numbers of the same person; undefined when it cannot be told. */
export function regionOf(phone: string | null): Region | undefined {
  return phone === null ? undefined : parsePhoneNumberFromString(phone)?.country;
}

/** Brazil's mobiles begin with 6 to 9 after the area code; eight digits there are the old form of nine. */
export function withNinthDigit(e164: string): string {
  return e164.replace(/^\+55(\d{2})([6-9]\d{7})$/, '+55$19$2');
}

/** The option as libphonenumber-js wants it; a region it does not know counts as none. */
export function asRegion(region: Region | undefined): { defaultCountry?: CountryCode } {
  return region !== undefined && isSupportedCountry(region) ? { defaultCountry: region } : {};
}
