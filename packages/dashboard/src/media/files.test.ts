import { expect, it } from 'vitest';
import { admit, kindOf, messagesOf, mostFiles, onlyAsDocument, sentAs } from './files.ts';

it.each([
  ['image/jpeg', 'image'],
  ['image/svg+xml', 'document'],
  ['image/heic', 'document'],
  ['video/mp4', 'video'],
  ['video/webm', 'document'],
  ['video/x-matroska', 'document'],
  ['audio/ogg', 'audio'],
  ['audio/ogg; codecs=opus', 'audio'],
  ['audio/flac', 'document'],
  ['application/pdf', 'document'],
  ['', 'document'],
])('takes %j for %s', (type, kind) => expect(kindOf(type)).toBe(kind));

const file = (name: string, size: number, type = 'image/png') => ({ name, size, type });
const maxBytes = (kind: string) => (kind === 'document' ? 32 : 16);

it('keeps what fits and says of each other file why it does not', () => {
  const files = [file('a', 16), file('b', 33), file('c', 0), file('d', 32, 'application/pdf'), file('e', 17)];
  expect(admit(files, 0, maxBytes)).toEqual({
    kept: [files[0], files[3], files[4]],
    refused: [
      { name: 'b', why: 'too-large', limit: 32 },
      { name: 'c', why: 'empty', limit: 16 },
    ],
  });
});

it('stops at as many as one box holds, counting those that are in it', () => {
  const { kept, refused } = admit([file('a', 1), file('b', 1)], mostFiles - 1, maxBytes);
  expect(kept.map(({ name }) => name)).toEqual(['a']);
  expect(refused.map(({ why }) => why)).toEqual(['too-many']);
});

it.each([
  ['a picture that fits', file('a', 16), 'image', false],
  ['a picture that does not', file('a', 17), 'document', true],
  ['a document', file('a', 16, 'application/pdf'), 'document', false],
  ['a large one, which may be a video that the browser does not know', file('a', 17, ''), 'document', true],
] as const)('%s goes as what it is, or as a document', (_what, sized, kind, asked) => {
  expect(sentAs(sized, maxBytes)).toBe(kind);
  expect(onlyAsDocument(sized, maxBytes)).toBe(asked);
});

const [picture, song] = [file('a', 1), file('b', 1, 'audio/mpeg')];
const longSong = file('c', 17 * 1024 * 1024, 'audio/mpeg');

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
  ['words with a sound that goes as a document', 'hi', [longSong], [{ text: 'hi', file: longSong }]],
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
