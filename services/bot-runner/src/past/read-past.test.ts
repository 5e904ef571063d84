import { expect, test, vi } from 'vitest';
import { CallFailed } from '../engine/pending-calls.ts';
import type { EngineMessage } from '../engine/port.ts';
import { HeldChats } from './held-chats.ts';
import { readPast } from './read-past.ts';

const since = new Date('2026-03-10T12:00:00.000Z');
const nobody = {
  pushName: null,
  phone: null,
  lid: null,
  media: null,
  type: 'text',
  text: '',
  fromMe: false,
  history: true,
};
const atSecond = (second: number) => new Date(since.getTime() + second * 1_000).toISOString();
const message = (second: number): EngineMessage => ({
  ...nobody,
  waMessageId: `m${second}`,
  jid: 'a',
  at: atSecond(second),
});

type Page = { messages: EngineMessage[]; earlier: string | null; acks?: { waMessageId: string; ack: number }[] };

/** Reads with an engine that has these chats. Answers what came of it, and what was taken of each chat. */
async function read(chats: readonly string[], pageOf: (jid: string, until: string | null, limit: number) => Page) {
  const call = vi.fn(
    async (name: string, { jid, until, limit }: { jid: string; until: string | null; limit: number }) =>
      name === 'activeChats' ? chats.slice(0, limit) : { acks: [], ...pageOf(jid, until, limit) },
  );
  const taken: EngineMessage[][] = [];
  const progress: number[] = [];
  const afters: number[] = [];
  const acks: { waMessageId: string; ack: number; after: number }[] = [];
  const result = await readPast({
    process: { call: call as never },
    since,
    held: new HeldChats(),
    received: () => call.mock.calls.length,
    take: async (messages, _, after) => {
      afters.push(after);
      taken.push([...messages]);
    },
    acked: (ack) => void acks.push({ ...ack, after: taken.length }),
    onProgress: (percent) => void progress.push(percent),
  });
  return { result, taken, progress, afters, acks };
}

test('a chat is read page by page, and what two pages name is taken once', async () => {
  const all = Array.from({ length: 450 }, (_, second) => message(second));
  const { result, taken, afters } = await read(['a'], (_, until, limit) => {
    const upTo = all.filter(({ at }) => until === null || at <= until);
    return { messages: upTo.slice(-limit), earlier: upTo.length > limit ? (upTo.at(-limit)?.at ?? null) : null };
  });
  expect(taken).toEqual([all]);
  // What was heard before its first page, and not only before its last.
  expect(afters).toEqual([1]);
  expect(result).toEqual({ chats: 1, failed: 0, cut: { chats: 0, beginnings: 0 } });
});

test('of a chat that never ends only the newest is read, and so it is of too many chats', async () => {
  let second = 1_000_000;
  const endless = (): Page => {
    second -= 200;
    return { messages: Array.from({ length: 200 }, (_, n) => message(second + n)), earlier: atSecond(second) };
  };
  const one = await read(['a'], endless);
  expect(one.taken[0]).toHaveLength(2_000);
  expect(one.result.cut).toEqual({ chats: 0, beginnings: 1 });
  const chats = Array.from({ length: 2_003 }, (_, n) => `chat ${n}`);
  const many = await read(chats, () => ({ messages: [], earlier: null }));
  expect(many.taken).toHaveLength(2_000);
  expect(many.result).toEqual({ chats: 2_000, failed: 0, cut: { chats: 3, beginnings: 0 } });
  expect([many.progress[0], many.progress.at(-1)]).toEqual([0, 99]);
});

test('an engine that names no earlier page but the same is believed to have no more', async () => {
  const { result, taken } = await read(['a'], () => ({ messages: [message(5)], earlier: atSecond(5) }));
  expect(taken).toEqual([[message(5)]]);
  expect(result.cut.beginnings).toBe(1);
});

test('a session that is away ends the reading', async () => {
  const away = () => {
    throw new CallFailed('not-ready');
  };
  await expect(read(['a', 'b'], away)).rejects.toThrow('not-ready');
});

test('what was acknowledged meanwhile is told after the messages of its chat', async () => {
  const { acks } = await read(['a', 'b'], (jid, until) => ({
    messages: [message(5)],
    earlier: until === null ? atSecond(5) : null,
    acks: [{ waMessageId: `${jid} ${until ?? 'newest'}`, ack: 3 }],
  }));
  expect(acks).toEqual([
    { waMessageId: `a ${atSecond(5)}`, ack: 3, after: 1 },
    { waMessageId: 'a newest', ack: 3, after: 1 },
    { waMessageId: `b ${atSecond(5)}`, ack: 3, after: 2 },
    { waMessageId: 'b newest', ack: 3, after: 2 },
  ]);
});
