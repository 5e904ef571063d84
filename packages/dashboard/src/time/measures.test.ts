import { describe, expect, it, vi } from 'vitest';
import { formatBytes, formatLength, formatLong } from './measures.ts';

describe('measures', () => {
  vi.stubGlobal('navigator', { languages: [] });

  it.each([
    [17, '17 byte'],
    [1_024, '1 kB'],
    [300_000, '293 kB'],
    [16 * 1024 * 1024, '16 MB'],
    [1.5 * 1024 * 1024, '1.5 MB'],
  ])('%i bytes are %s', (bytes, words) => expect(formatBytes(bytes, 'en')).toBe(words));

  it.each([
    [30 * 60_000, '30 minutes'],
    [3_600_000, '1 hour'],
    [24 * 3_600_000, '24 hours'],
    [72 * 3_600_000, '3 days'],
  ])('%i ms are %s', (ms, words) => expect(formatLong(ms, 'en')).toBe(words));

  it.each([
    [7, '0:07'],
    [760, '12:40'],
  ])('%i seconds are %s', (seconds, words) => expect(formatLength(seconds)).toBe(words));
});
