import type { RawMessage } from '@wbm/db';
import { createLog, Transient } from '@wbm/runtime';
import { expect, test, vi } from 'vitest';
import { Tally } from '../past/tally.ts';
import { BufferSpace, InboundBuffer } from './inbound-buffer.ts';

const log = createLog({ service: 'test', level: 'silent' });
const row = (n: number): RawMessage => ({
  jid: 'j',
  waMessageId: `m${n}`,
  n,
  payload: {},
  history: false,
  correlationId: `c${n}`,
});

function aBuffer(
  receive: (rows: readonly RawMessage[]) => Promise<{ chatId: string; stored: number }[]>,
  limit: { messages?: number; bytes?: number } = {},
) {
  const space = new BufferSpace({ messages: 100, bytes: 1_000_000, ...limit });
  const stored: number[] = [];
  const refused: number[] = [];
  const inboundWaits = vi.fn();
  const buffer = new InboundBuffer({
    rows: { receive },
    bells: { inboundWaits },
    space,
    log,
    onStored: ({ n }) => stored.push(n),
    onRefused: ({ n }) => refused.push(n),
  });
  return { buffer, space, stored, refused, inboundWaits };
}

test('what comes together goes together, in order, and rings once a chat', async () => {
  const receive = vi.fn(async () => [{ chatId: 'c', stored: 3 }]);
  const { buffer, stored, inboundWaits, space } = aBuffer(receive);
  for (const n of [1, 2, 3]) buffer.push(row(n));
  await buffer.flushed();
  expect(receive).toHaveBeenCalledTimes(1);
  expect(stored).toEqual([1, 2, 3]);
  expect(inboundWaits).toHaveBeenCalledTimes(1);
  expect(space.used()).toBe(0);
});

test('a tally counts what was new of its own messages, and of no others', async () => {
  const { buffer } = aBuffer(async (rows) => [{ chatId: 'c', stored: rows.length - 1 }]);
  const tally = new Tally();
  buffer.push(row(1));
  for (const n of [2, 3, 4]) buffer.push(row(n), tally);
  buffer.push(row(5));
  await buffer.flushed();
  expect([tally.chats, tally.messages]).toEqual([1, 2]);
});

test('keeps everything while Postgres is away, and its order', async () => {
  let away = 3;
  const { buffer, stored, refused } = aBuffer(async () => {
    away -= 1;
    if (away >= 0) throw new Transient('db.unreachable', 'away');
    return [];
  });
  for (const n of [1, 2, 3]) buffer.push(row(n));
  await buffer.flushed();
  expect(stored).toEqual([1, 2, 3]);
  expect(refused).toEqual([]);
});

test('gives up the one row that spoils a batch, and no other', async () => {
  const { buffer, stored, refused, space } = aBuffer(async (rows) => {
    if (rows.some(({ n }) => n === 2)) throw new Error('invalid input');
    return [];
  });
  for (const n of [1, 2, 3]) buffer.push(row(n));
  await buffer.flushed();
  expect({ stored, refused }).toEqual({ stored: [1, 3], refused: [2] });
  expect(space.used()).toBe(0);
});

test('refuses what does not fit, and takes again when there is room', async () => {
  const { buffer } = aBuffer(async () => [], { messages: 2 });
  expect([1, 2, 3].map((n) => buffer.push(row(n)))).toEqual([true, true, false]);
  await buffer.flushed();
  expect(buffer.push(row(4))).toBe(true);
});

test('what is read from the past takes at most half of the room; what is heard finds the rest', async () => {
  const { buffer, space } = aBuffer(async () => [], { messages: 4 });
  const tally = new Tally();
  expect([1, 2, 3].map((n) => buffer.push(row(n), tally))).toEqual([true, true, false]);
  expect([4, 5, 6].map((n) => buffer.push(row(n)))).toEqual([true, true, false]);
  await buffer.flushed();
  expect(space.used()).toBe(0);
  expect(buffer.push(row(7), tally)).toBe(true);
  await buffer.flushed();
});

test('a few long messages fill it as many short ones do; each gives back the room it took', async () => {
  const refusing = vi.fn(async (rows: readonly RawMessage[]) => {
    if (rows.some(({ n }) => n === 1)) throw new Error('invalid input');
    return [];
  });
  const { buffer, space, refused } = aBuffer(refusing, { bytes: 25_000 });
  const long = (n: number) => ({ ...row(n), payload: { text: 'é'.repeat(6_000) } });
  expect([1, 2, 3].map((n) => buffer.push(long(n)))).toEqual([true, true, false]);
  expect(buffer.push(row(4))).toBe(true);
  await buffer.flushed();
  expect([space.used(), refused]).toEqual([0, [1]]);
  expect([5, 6, 7].map((n) => buffer.push(long(n)))).toEqual([true, true, false]);
  await buffer.flushed();
});

test('a batch that is too much for one statement is stored in parts, in order', async () => {
  const sizes: number[] = [];
  const { buffer, stored, refused } = aBuffer(
    async (rows) => {
      sizes.push(rows.length);
      if (rows.length > 60) throw new Transient('db.timeout', 'The statement took too long.');
      return [];
    },
    { messages: 200 },
  );
  const all = Array.from({ length: 120 }, (_, index) => index + 1);
  for (const n of all) buffer.push(row(n));
  await buffer.flushed();
  expect(stored).toEqual(all);
  expect(refused).toEqual([]);
  expect(sizes.slice(0, 3)).toEqual([120, 100, 50]);
});
