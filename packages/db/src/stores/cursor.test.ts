import { expect, test } from 'vitest';
import { z } from 'zod';
import { cursorOf } from './cursor.ts';

const cursor = cursorOf(z.tuple([z.iso.datetime(), z.int()]));

test('comes back as it went, and survives a URL', () => {
  const text = cursor.write(['2026-01-02T03:04:05.678Z', 17]);
  expect(text).toMatch(/^[\w-]+$/);
  expect(cursor.read(text)).toEqual(['2026-01-02T03:04:05.678Z', 17]);
});

test.each(['', 'x', '!!!', Buffer.from('[1,2]').toString('base64url'), Buffer.from('{}').toString('base64url')])(
  '%s is none of ours',
  (text) => {
    expect(cursor.read(text)).toBeUndefined();
  },
);
