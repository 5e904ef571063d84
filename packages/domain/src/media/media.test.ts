import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanFileName, cleanMimeType } from './clean.ts';
import { afterFetch, isTooLarge, mayBeTried } from './fetching.ts';
import { maxMediaBytes } from './limits.ts';
import { uploadKind } from './upload-kind.ts';

describe('a file’s name', () => {
  test.each([
    ['offer.pdf', 'offer.pdf'],
    ['Orçamento março.pdf', 'Orçamento março.pdf'],
    ['写真 1.jpg', '写真 1.jpg'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\offer.pdf', 'offer.pdf'],
    ['folder/', 'folder'],
    ['..', null],
    ['.env', 'env'],
    ['photo\u202Egpj.exe', 'photogpj.exe'],
    ['a\u2066b\u2069c\u200Bd\uFEFF.txt', 'abcd.txt'],
    ['a\u0000b\nc\r\td.txt', 'abcd.txt'],
    ['"quoted": <b>?*|.txt', '_quoted__ _b____.txt'],
    ['half \uD83D.txt', 'half .txt'],
    ['   ', null],
    ['', null],
    [null, null],
  ])('%j is %j', (given, name) => {
    expect(cleanFileName(given)).toBe(name);
  });

  test('a long one keeps its ending', () => {
    const name = cleanFileName(`${'n'.repeat(300)}.tar.gz`);
    expect(name).toHaveLength(120);
    expect(name?.endsWith('n.gz')).toBe(true);
    expect(cleanFileName('😀'.repeat(200))?.isWellFormed()).toBe(true);
  });

  test('whatever comes, it is short, whole, on one line, and no path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (given) => {
        const name = cleanFileName(given);
        if (name === null) return;
        expect(name.length).toBeLessThanOrEqual(120);
        expect(name.isWellFormed()).toBe(true);
        expect(name).not.toMatch(/[/\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|^\./u);
        expect(cleanFileName(name)?.length).toBeLessThanOrEqual(name.length);
      }),
    );
  });
});

test.each([
  ['image/png', 'image/png'],
  ['IMAGE/PNG', 'image/png'],
  ['audio/ogg; codecs=opus', 'audio/ogg'],
  [
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  ],
  ['application/vnd.ms-excel', 'application/vnd.ms-excel'],
  ['text/html\r\nset-cookie: x', 'application/octet-stream'],
  ['nonsense', 'application/octet-stream'],
  [`${'a'.repeat(60)}/${'b'.repeat(60)}`, 'application/octet-stream'],
  ['', 'application/octet-stream'],
  [null, 'application/octet-stream'],
])('the MIME type %j is %j', (given, mimeType) => {
  expect(cleanMimeType(given)).toBe(mimeType);
});

test('a file that says it is too large is not asked for; a limit itself is not too large', () => {
  expect(isTooLarge({ kind: 'image', size: maxMediaBytes('image') })).toBe(false);
  expect(isTooLarge({ kind: 'image', size: maxMediaBytes('image') + 1 })).toBe(true);
  expect(isTooLarge({ kind: 'document', size: maxMediaBytes('image') + 1 })).toBe(false);
  expect(isTooLarge({ kind: 'video', size: null })).toBe(false);
});

test('what failed is tried again with growing patience, five times; what is no failure is final', () => {
  expect([0, 1, 2, 3, 4].map((tries) => afterFetch('failed', tries))).toEqual([
    { outcome: 'later', retryMs: 10_000 },
    { outcome: 'later', retryMs: 40_000 },
    { outcome: 'later', retryMs: 160_000 },
    { outcome: 'later', retryMs: 640_000 },
    { outcome: 'failed' },
  ]);
  expect([0, 4, 5].map(mayBeTried)).toEqual([true, true, false]);
  for (const outcome of ['gone', 'too-large'] as const) expect(afterFetch(outcome, 0)).toEqual({ outcome });
});

test.each([
  ['image/png', null, 'image'],
  ['image/heic', null, 'document'],
  ['image/svg+xml', null, 'document'],
  ['video/mp4', null, 'video'],
  ['audio/ogg', null, 'audio'],
  ['audio/ogg', 'voice', 'voice'],
  ['image/png', 'voice', 'image'],
  ['image/png', 'document', 'document'],
  ['application/pdf', null, 'document'],
  [null, 'voice', 'document'],
] as const)('bytes that say %j, wished as %j, go as %s', (mimeType, as, kind) => {
  expect(uploadKind(mimeType, as)).toBe(kind);
});
