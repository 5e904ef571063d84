import { expect, test } from 'vitest';
import { isHad, rangeOfSame, tagOf } from './entity-tag.ts';

const tag = tagOf('a-b');

test.each([
  [undefined, false],
  ['', false],
  ['"a-b"', true],
  ['W/"a-b"', true],
  ['"x", "a-b"', true],
  ['*', true],
  ['a-b', false],
  ['"a"', false],
])('If-None-Match %j: had already is %j', (header, had) => {
  expect(isHad(header === undefined ? {} : { 'if-none-match': header }, tag)).toBe(had);
});

test.each([
  [undefined, 'bytes=1-'],
  ['"a-b"', 'bytes=1-'],
  ['W/"a-b"', undefined],
  ['"x"', undefined],
  ['Sat, 28 Nov 2026 00:00:00 GMT', undefined],
])('If-Range %j: the range that holds is %j', (of, range) => {
  expect(rangeOfSame({ range: 'bytes=1-', ...(of === undefined ? {} : { 'if-range': of }) }, tag)).toBe(range);
});
