import { expect, test } from 'vitest';
import { HeldChats } from './held-chats.ts';

function someChats() {
  const delivered: string[] = [];
  const held = new HeldChats();
  const hear = (chat: string, id: string) => held.take(chat, id, () => delivered.push(id));
  return { held, hear, delivered };
}

test('what is heard of an unread chat waits for its turn, what is heard of others does not', () => {
  const { held, hear, delivered } = someChats();
  held.holdAll();
  for (const [chat, id] of [
    ['a', 'a1'],
    ['b', 'b1'],
    ['c', 'c1'],
    ['a', 'a2'],
  ] as const)
    hear(chat, id);
  expect(delivered).toEqual([]);
  held.holdOnly(['a', 'b']);
  expect(delivered).toEqual(['c1']);
  expect(held.urgent).toBe('a');
  expect([...held.idsIn('a')]).toEqual(['a1', 'a2']);
  held.release('a');
  hear('a', 'a3');
  hear('b', 'b2');
  expect(delivered).toEqual(['c1', 'a1', 'a2', 'a3']);
  held.releaseAll();
  hear('b', 'b3');
  expect(delivered).toEqual(['c1', 'a1', 'a2', 'a3', 'b1', 'b2', 'b3']);
  expect(held.urgent).toBeUndefined();
});

test('more than may wait is delivered at once', () => {
  const { held, hear, delivered } = someChats();
  held.holdAll();
  for (let count = 0; count < 2_001; count += 1) hear('a', String(count));
  expect(delivered).toEqual(['2000']);
});
