import { expect, it } from 'vitest';
import { admit, kindOf, messagesOf, mostFiles } from './files.ts';

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

const [picture, song] = [{ type: 'image/png' }, { type: 'audio/mpeg' }];

it.each([
  ['nothing', ' ', [], []],
  ['words', ' hi ', [], [{ text: 'hi', file: null }]],
  [
    'files',
    '',
    [picture, song],
    [
      { text: '', file: picture },
      { text: '', file: song },
    ],
  ],
  [
    'words with the first file',
    'hi',
    [picture, song],
    [
      { text: 'hi', file: picture },
      { text: '', file: song },
    ],
  ],
  [
    'words before a sound',
    'hi',
    [song, picture],
    [
      { text: 'hi', file: null },
      { text: '', file: song },
      { text: '', file: picture },
    ],
  ],
] as const)('makes messages of %s', (_what, text, files, messages) => {
  expect(messagesOf(text, files)).toEqual(messages);
});
