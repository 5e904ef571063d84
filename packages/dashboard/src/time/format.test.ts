import { afterEach, expect, it, vi } from 'vitest';
import { formatClock, regional } from './format.ts';

afterEach(() => void vi.unstubAllGlobals());

it.each([
  ['the region of the viewer', ['de-DE', 'en-GB', 'en-US'], 'en-GB'],
  ['the language itself where no region of it is named', ['de-DE'], 'en'],
  ['the language itself for what is no language', ['en-US@posix'], 'en'],
  ['the next one after what is no language', ['en-US@posix', 'en-GB'], 'en-GB'],
])('takes %s', (_, languages, wanted) => {
  vi.stubGlobal('navigator', { languages });
  expect(regional('en')).toBe(wanted);
  expect(formatClock('2026-11-20T14:05:00Z', 'en', 'UTC')).toMatch(/05/);
});
