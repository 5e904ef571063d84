import { expect, it } from 'vitest';
import { admit, kindOf, mostFiles } from './files.ts';

it.each([
  ['image/jpeg', 'image'],
  ['image/svg+xml', 'document'],
  ['image/heic', 'document'],
  ['video/mp4', 'video'],
  ['audio/ogg', 'audio'],
  ['application/pdf', 'document'],
  ['', 'document'],
])('takes %j for %s', (type, kind) => expect(kindOf(type)).toBe(kind));

const file = (name: string, size: number, type = 'image/png') => ({ name, size, type });
const maxBytes = (kind: string) => (kind === 'document' ? 32 : 16);

it('keeps what fits and says of each other file why it does not', () => {
  const files = [file('a', 16), file('b', 17), file('c', 0), file('d', 32, 'application/pdf')];
  expect(admit(files, 0, maxBytes)).toEqual({
    kept: [files[0], files[3]],
    refused: [
      { name: 'b', why: 'too-large', limit: 16 },
      { name: 'c', why: 'empty', limit: 16 },
    ],
  });
});

it('stops at as many as one box holds, counting those that are in it', () => {
  const { kept, refused } = admit([file('a', 1), file('b', 1)], mostFiles - 1, maxBytes);
  expect(kept.map(({ name }) => name)).toEqual(['a']);
  expect(refused.map(({ why }) => why)).toEqual(['too-many']);
});
