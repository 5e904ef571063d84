import { expect, test } from 'vitest';
import { z } from 'zod';
import { cursorOf, momentKey, serialKey } from './cursor.ts';

const cursor = cursorOf(z.tuple([momentKey, serialKey]));

test('comes back as it went, and survives a URL', () => {
  const text = cursor.write(['2026-01-02T03:04:05.678Z', 17]);
  expect(text).toMatch(/^[\w-]+$/);
  expect(cursor.read(text)).toEqual(['2026-01-02T03:04:05.678Z', 17]);
});

const text = (keys: unknown) => Buffer.from(JSON.stringify(keys)).toString('base64url');
const at = '2026-01-02T03:04:05.678Z';

test.each([at, '9999-12-31T23:59:59.999Z', '0001-01-01T00:00:00Z'])(
  '%s is a moment, and the largest id one',
  (moment) => {
    expect(cursor.read(text([moment, 2_147_483_647]))).toEqual([moment, 2_147_483_647]);
  },
);

test.each(
  [
    ['', 'x', '!!!', text([1, 2]), text({})],
    // What Postgres cannot compare.
    [text([at, 2_147_483_648]), text([at, -1]), text([at, 0.5]), text(['0000-01-01T00:00:00Z', 1])],
  ].flat(),
)('%s is none of ours', (text) => {
  expect(cursor.read(text)).toBeUndefined();
});
