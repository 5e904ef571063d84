import { regional } from './format.ts';

/** `4 minutes`, `12 hours`, `7 days`: for sentences. Whole hours up to a day, then whole days. */
export function formatLong(ms: number, language: string): string {
  const hours = ms / 3_600_000;
  const [unit, value] = hours < 1 ? ['minute', ms / 60_000] : hours <= 24 ? ['hour', hours] : ['day', hours / 24];
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: String(unit),
    unitDisplay: 'long',
    maximumFractionDigits: 1,
  }).format(Number(value));
}

export function formatNumber(value: number, language: string): string {
  return new Intl.NumberFormat(regional(language)).format(value);
}

const KB = 1024;

/** `820 kB`, `16 MB`, as file managers and phones count: 1024 bytes to the kilobyte. */
export function formatBytes(bytes: number, language: string): string {
  const [unit, size] =
    bytes < KB ? ['byte', bytes] : bytes < KB * KB ? ['kilobyte', bytes / KB] : ['megabyte', bytes / KB / KB];
  return new Intl.NumberFormat(regional(language), {
    style: 'unit',
    unit: String(unit),
    maximumFractionDigits: Number(size) < 10 && unit === 'megabyte' ? 1 : 0,
  }).format(Number(size));
}

/** `0:07`, `12:40`, of a length in seconds. */
export function formatLength(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}
