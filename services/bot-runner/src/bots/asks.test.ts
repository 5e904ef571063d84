import type { BotAsk } from '@wbm/db';
import { createLog } from '@wbm/runtime';
import { expect, test, vi } from 'vitest';
import { asksOf } from './asks.ts';

function aWorld(failures: number) {
  let left = failures;
  let asked: BotAsk | null = { ask: 'logout' };
  const call = vi.fn(async () => {
    left -= 1;
    if (left >= 0) throw new Error('no answer');
    return null as never;
  });
  const told: string[] = [];
  const asks = asksOf({
    rows: {
      asked: async () => asked,
      clearAsked: async () => {
        asked = null;
      },
      setSelfTest: async () => true,
    },
    bells: { changed: () => undefined },
    log: createLog({ service: 'test', level: 'silent' }),
    session: () => ({ state: 'ready', ownNumber: null, process: { call } }),
    onGivenUp: (reason) => told.push(reason),
  });
  return {
    call,
    told,
    asked: () => asked,
    ask: () => {
      asked = { ask: 'logout' };
    },
    async wake() {
      asks.wake();
      await asks.idle();
    },
  };
}

test('a logout that fails stays asked for, and is tried again', async () => {
  const { wake, asked, call, told } = aWorld(1);
  await wake();
  expect(asked()).toEqual({ ask: 'logout' });
  await wake();
  expect([asked(), call.mock.calls.length, told]).toEqual([null, 2, []]);
});

test('one that fails three times is given up, and people are told; asked again, it has three tries again', async () => {
  const { wake, ask, asked, call, told } = aWorld(5);
  for (const _ of [1, 2, 3]) await wake();
  expect([asked(), call.mock.calls.length]).toEqual([null, 3]);
  expect(told).toEqual([expect.stringMatching(/did not log the number out/)]);
  ask();
  for (const _ of [1, 2, 3]) await wake();
  expect([asked(), call.mock.calls.length, told.length]).toEqual([null, 6, 1]);
});
