import type { BotAsk } from '@wbm/db';
import type { BotState } from '@wbm/domain';
import { expect, test, vi } from 'vitest';
import { carryOutAsk } from './carry-out-ask.ts';

const logout: BotAsk = { ask: 'logout' };
const code: BotAsk = { ask: 'pairing-code', phone: '+15550000001' };
const table: [BotAsk, BotState | undefined, 'done' | 'later', string | null][] = [
  [logout, 'ready', 'done', 'logout'],
  [logout, 'starting', 'later', null],
  [logout, 'reconnecting', 'later', null],
  [logout, undefined, 'later', null],
  [logout, 'needs-scan', 'done', null],
  [logout, 'failed', 'done', null],
  [code, 'needs-scan', 'done', 'requestPairingCode'],
  [code, 'pairing-code', 'done', 'requestPairingCode'],
  [code, 'authenticated', 'later', null],
  [code, 'ready', 'done', null],
];

test.each(table)('%o of a session that is %s is %s', async (asked, state, outcome, called) => {
  const call = vi.fn();
  expect(await carryOutAsk(asked, { state, process: { call } })).toBe(outcome);
  expect(call.mock.calls.map(([name]) => name)).toEqual(called === null ? [] : [called]);
});

test('without a process it waits for one', async () => {
  expect(await carryOutAsk(logout, { state: 'ready', process: undefined })).toBe('later');
});
