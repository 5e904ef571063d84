import { describe, expect, test } from 'vitest';
import type { EngineEvent, EngineMessage } from '../engine/port.ts';
import { type ChangeEvent, changeIdOf, isChange, normaliseChange, placeOf, rowOfChange } from './changes.ts';

const at = '2026-03-01T12:00:00.000Z';
const about = { waMessageId: 'm', jid: '5511987654321@c.us', fromMe: false, at };
const edit: ChangeEvent = { event: 'edit', text: 'hello', ...about };
const revoke: ChangeEvent = { event: 'revoke', ...about };
const reaction: ChangeEvent = { event: 'reaction', emoji: '👍', ...about };
const message: EngineMessage = {
  ...about,
  type: 'text',
  text: 'at last',
  pushName: 'Ana',
  phone: null,
  lid: null,
  history: false,
  media: null,
};
const decrypted: ChangeEvent = { event: 'decrypted', message };
const payloadOf = (event: ChangeEvent) => {
  const normalised = normaliseChange(event);
  return normalised.ok ? normalised.payload : normalised.paths;
};

test.each<[EngineEvent, boolean]>([
  [edit, true],
  [revoke, true],
  [reaction, true],
  [decrypted, true],
  [{ event: 'message', message }, false],
  [{ event: 'authenticated' }, false],
])('whether %j is a change: %s', (event, change) => {
  expect(isChange(event)).toBe(change);
});

describe('the id of a change', () => {
  test.each([edit, revoke, reaction, decrypted])('is the same when $event is told twice', (event) => {
    expect(changeIdOf(structuredClone(event))).toBe(changeIdOf(event));
  });

  test('a message is taken back once, whenever that is told', () => {
    expect(changeIdOf({ ...revoke, at: '2026-03-01T12:00:01.000Z' })).toBe(changeIdOf(revoke));
  });

  test('all others are different', () => {
    const all: ChangeEvent[] = [
      edit,
      { ...edit, text: 'hi' },
      { ...edit, at: '2026-03-01T12:05:00.000Z' },
      { ...edit, waMessageId: 'n' },
      { ...edit, fromMe: true },
      revoke,
      { ...revoke, fromMe: true },
      reaction,
      { ...reaction, emoji: '' },
      { ...reaction, fromMe: true },
      decrypted,
    ];
    expect(new Set(all.map(changeIdOf)).size).toBe(all.length);
  });
});

describe('what is kept', () => {
  test.each<[ChangeEvent, object]>([
    [edit, { kind: 'edit', target: 'm', text: 'hello', fromMe: false, at }],
    [
      { ...edit, text: 'a\u0000b\ud800' },
      { kind: 'edit', text: 'ab\ufffd' },
    ],
    [revoke, { kind: 'revoke', target: 'm', fromMe: false, at }],
    [reaction, { kind: 'reaction', target: 'm', emoji: '👍' }],
    [{ ...reaction, emoji: 'x'.repeat(100) }, { emoji: 'x'.repeat(64) }],
    [decrypted, { kind: 'decrypted', target: 'm', type: 'text', text: 'at last', pushName: 'Ana' }],
  ])('%#', (event, payload) => {
    expect(payloadOf(event)).toMatchObject(payload);
  });

  test.each<[ChangeEvent, string[]]>([
    [{ ...edit, at: '1815-01-01T00:00:00Z' }, ['at']],
    [{ event: 'decrypted', message: { ...message, type: 'mystery' } }, ['type']],
  ])('what does not fit is said by path', (event, paths) => {
    expect(payloadOf(event)).toEqual(paths);
  });

  test('in the chat it happened in', () => {
    const history = { event: 'decrypted', message: { ...message, history: true } } as const;
    expect(rowOfChange(history)).toEqual({ jid: about.jid, waMessageId: 'decrypted:m', history: true });
    expect(rowOfChange(edit)).toMatchObject({ jid: about.jid, history: false });
    expect(placeOf(decrypted)).toEqual({ chat: about.jid, heardAs: 'm' });
    expect(placeOf(history)).toEqual({ chat: about.jid, heardAs: null });
    expect(placeOf(edit).heardAs).toBe(changeIdOf(edit));
  });
});
