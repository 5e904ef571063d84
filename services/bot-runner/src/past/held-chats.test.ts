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

test('of more than may wait a chat comes in its order, and the others wait on', () => {
  const { held, hear, delivered } = someChats();
  held.holdAll();
  hear('b', 'b1');
  const ofA = Array.from({ length: 2_001 }, (_, count) => `a${count}`);
  for (const id of ofA) hear('a', id);
  expect(delivered).toEqual(ofA.slice(0, 2_000));
  hear('b', 'b2');
  held.releaseAll();
  expect(delivered.slice(2_000)).toEqual(['b1', 'b2', 'a2000']);
});

test('a chat that nothing waits of finds no room, and is delivered at once until there is', () => {
  const { held, hear, delivered } = someChats();
  held.holdAll();
  for (let count = 0; count < 2_000; count += 1) hear('a', String(count));
  hear('b', 'b1');
  hear('b', 'b2');
  expect(delivered).toEqual(['b1', 'b2']);
  held.release('a');
  hear('b', 'b3');
  expect(delivered).not.toContain('b3');
});
