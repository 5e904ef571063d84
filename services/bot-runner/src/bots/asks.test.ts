import type { BotAsk } from '@wbm/db';
import { createLog } from '@wbm/runtime';
import { expect, test, vi } from 'vitest';
import { asksOf } from './asks.ts';
import type { SelfTestFaults } from './self-test.ts';

function aWorld(failures: number, first: BotAsk = { ask: 'logout' }) {
  let left = failures;
  let asked: BotAsk | null = first;
  const postgres = { away: false, refuses: false };
  const unlessAway = () => {
    if (postgres.away) throw new Error('Postgres is away');
  };
  const tested = vi.fn(async (_: SelfTestFaults) => {
    unlessAway();
    return true;
  });
  const call = vi.fn(async () => {
    left -= 1;
    if (left >= 0) throw new Error('no answer');
    return { outcome: 'sent' } as never;
  });
  const told: string[] = [];
  const asks = asksOf({
    rows: {
      asked: async () => asked,
      clearAsked: async (done) => {
        unlessAway();
        if (asked?.ask === done.ask) asked = null;
      },
      beginSelfTest: async () => {
        if (postgres.refuses) throw new Error('no');
        asked = null;
        return true;
      },
      setSelfTest: tested,
    },
    bells: { changed: () => undefined },
    log: createLog({ service: 'test', level: 'silent' }),
    session: () => ({ state: 'ready', ownNumber: '+15550000001', process: { call } }),
    onGivenUp: (reason) => told.push(reason),
  });
  return {
    call,
    told,
    tested,
    postgres,
    asked: () => asked,
    ask: (another: BotAsk = { ask: 'logout' }) => {
      asked = another;
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

test('a test whose result could not be stored is not sent again: only the result is stored', async () => {
  const { wake, asked, call, tested, told, postgres } = aWorld(0, { ask: 'self-test' });
  postgres.away = true;
  for (const _ of [1, 2, 3, 4]) await wake();
  expect([asked(), call.mock.calls.length, told]).toEqual([null, 2, []]);
  postgres.away = false;
  await wake();
  expect(call).toHaveBeenCalledTimes(2);
  expect(tested.mock.lastCall).toEqual([{ text: null, picture: null }]);
});

test('a test that is asked for while another one is sent is carried out too', async () => {
  const { wake, ask, asked, call } = aWorld(0, { ask: 'self-test' });
  call.mockImplementationOnce(async () => {
    ask({ ask: 'self-test' });
    return { outcome: 'sent' } as never;
  });
  await wake();
  expect([asked(), call.mock.calls.length]).toEqual([{ ask: 'self-test' }, 2]);
  await wake();
  expect([asked(), call.mock.calls.length]).toEqual([null, 4]);
});

test('a test that could not be carried out is told, and not tried again by itself', async () => {
  const { wake, asked, call, told, postgres } = aWorld(0, { ask: 'self-test' });
  postgres.refuses = true;
  for (const _ of [1, 2]) await wake();
  expect([asked(), call.mock.calls.length]).toEqual([null, 0]);
  expect(told).toEqual([expect.stringMatching(/test could not be carried out/)]);
});

test('what was asked and done is not done again because Postgres did not hear of it; something else that is asked then is', async () => {
  const { wake, ask, asked, call, postgres } = aWorld(0);
  postgres.away = true;
  for (const _ of [1, 2]) await wake();
  expect([asked(), call.mock.calls.length]).toEqual([{ ask: 'logout' }, 1]);
  ask({ ask: 'self-test' });
  postgres.away = false;
  await wake();
  expect([asked(), call.mock.calls.length]).toEqual([null, 3]);
});
