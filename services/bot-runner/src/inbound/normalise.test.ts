import { expect, test } from 'vitest';
import type { EngineMessage } from '../engine/port.ts';
import { normalise } from './normalise.ts';

const message: EngineMessage = {
  waMessageId: 'x',
  jid: '5511987654321@c.us',
  fromMe: false,
  type: 'text',
  text: 'hello',
  at: '2026-03-01T12:00:00.000Z',
  pushName: 'Ana',
  phone: '+5511987654321',
  lid: null,
  history: false,
  media: null,
};
const textOf = (text: string) => {
  const result = normalise({ ...message, text });
  return result.ok ? result.payload.text : result.paths;
};

test('keeps what the rows need', () => {
  expect(normalise(message)).toEqual({
    ok: true,
    payload: {
      kind: 'message',
      type: 'text',
      text: 'hello',
      at: message.at,
      fromMe: false,
      pushName: 'Ana',
      phone: '+5511987654321',
      lid: null,
      media: null,
    },
  });
});

test('a file is described in words that can be kept and shown, whatever its sender says of it', () => {
  const media = { kind: 'image', mimeType: 'IMAGE/PNG; x', name: '../a\u202Egnp.exe', size: -1, seconds: 1.9 } as const;
  expect(normalise({ ...message, type: 'image', media })).toMatchObject({
    payload: { media: { kind: 'image', mimeType: 'image/png', name: 'agnp.exe', size: null, seconds: 1 } },
  });
  const huge = { ...media, size: Number.POSITIVE_INFINITY, seconds: 1e300 };
  expect(normalise({ ...message, type: 'image', media: huge })).toMatchObject({
    payload: { media: { size: null, seconds: 2_147_483_647 } },
  });
});

test.each([
  ['NUL', 'a\u0000b', 'ab'],
  ['half a surrogate pair', 'a\ud83d', 'a\ufffd'],
  ['a whole pair', 'a😀', 'a😀'],
  ['too long', `${'x'.repeat(65_535)}😀`, `${'x'.repeat(65_535)}\ufffd`],
])('text with %s can be stored', (_, text, stored) => {
  expect(textOf(text)).toBe(stored);
});

test.each([
  ['an unknown type', { type: 'hologram' }, 'type'],
  ['a number that is none', { phone: 'Ana' }, 'phone'],
  ['a LID that is none', { lid: 'x' }, 'lid'],
])('%s is refused by its path', (_, odd, path) => {
  expect(normalise({ ...message, ...odd })).toEqual({ ok: false, paths: [path] });
});
