import { expect, test, vi } from 'vitest';
import type { EngineMessage } from '../engine/port.ts';
import { catchUp } from './catch-up.ts';

const now = new Date('2026-03-10T12:00:00.000Z');
const message = (text: string, at: string): EngineMessage => ({
  waMessageId: text,
  jid: '1@c.us',
  fromMe: false,
  type: 'text',
  text,
  at,
  pushName: null,
  phone: null,
  lid: null,
  history: true,
  media: null,
});

function aBot(caughtUpTo: Date | null) {
  const received: [string, boolean][] = [];
  const past = [message('old', '2026-03-09T12:00:00.000Z'), message('new', '2026-03-10T11:59:00.000Z')];
  const call = vi.fn(async (name: string): Promise<unknown> => (name === 'activeChats' ? ['1@c.us'] : past));
  const setCaughtUpTo = vi.fn(async () => undefined);
  const run = () =>
    catchUp({
      rows: { caughtUpTo: async () => caughtUpTo, setCaughtUpTo },
      process: { call: call as never },
      now,
      receive: ({ text, history }) => received.push([text, history]),
      stored: async () => undefined,
    });
  return { run, received, call, setCaughtUpTo };
}

test('after an absence what is young enough is as good as new', async () => {
  const { run, received, setCaughtUpTo } = aBot(new Date('2026-03-08T12:00:00.000Z'));
  expect(await run()).toBe(1);
  expect(received).toEqual([
    ['old', true],
    ['new', false],
  ]);
  expect(setCaughtUpTo).toHaveBeenCalledWith(now);
});

test('at the first link everything is history', async () => {
  const { run, received } = aBot(null);
  await run();
  expect(received.map(([, history]) => history)).toEqual([true, true]);
});

test('a chat that cannot be read leaves the mark where it was', async () => {
  const { run, call, setCaughtUpTo } = aBot(null);
  call.mockImplementation(async (name) => (name === 'activeChats' ? ['1@c.us'] : Promise.reject(new Error('gone'))));
  await expect(run()).rejects.toThrow('gone');
  expect(setCaughtUpTo).not.toHaveBeenCalled();
});
