import type { BotAsk } from '@wbm/db';
import type { BotState } from '@wbm/domain';
import { describe, expect, type Mock, test, vi } from 'vitest';
import type { SendOutcome } from '../engine/port.ts';
import { carryOutAsk } from './carry-out-ask.ts';
import type { SelfTestFaults } from './self-test.ts';

const logout: BotAsk = { ask: 'logout' };
const code: BotAsk = { ask: 'pairing-code', phone: '+15550000001' };
const ownNumber = '+15550000001';
const mayTest = async () => true;
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
  expect(await carryOutAsk(asked, { state, process: { call }, ownNumber, mayTest })).toBe(outcome);
  expect(call.mock.calls.map(([name]) => name)).toEqual(called === null ? [] : [called]);
});

test('without a process it waits for one', async () => {
  expect(await carryOutAsk(logout, { state: 'ready', process: undefined, ownNumber, mayTest })).toBe('later');
});

describe('a test with the own number', () => {
  const asked: BotAsk = { ask: 'self-test' };
  const outcomes = (...answers: SendOutcome[]) => vi.fn(async () => answers.shift()) as never;

  test.each<[string, SendOutcome, SendOutcome, SelfTestFaults]>([
    ['goes well', { outcome: 'sent' }, { outcome: 'sent' }, { text: null, picture: null }],
    [
      'finds that files are refused',
      { outcome: 'sent' },
      { outcome: 'refused', reason: 'no files today', why: 'media' },
      { text: null, picture: 'no files today' },
    ],
    [
      'does not know',
      { outcome: 'unknown' },
      { outcome: 'not-sent', reason: 'away' },
      { text: expect.stringMatching(/did not confirm/), picture: 'away' },
    ],
  ])('%s', async (_, text, picture, faults) => {
    const call = outcomes(text, picture);
    expect(await carryOutAsk(asked, { state: 'ready', process: { call }, ownNumber, mayTest })).toEqual({
      tested: faults,
      begun: true,
    });
    expect((call as Mock).mock.calls.map(([name, args]) => [name, args])).toMatchObject([
      ['send', { jid: '15550000001@c.us', media: null }],
      ['send', { jid: '15550000001@c.us', media: { kind: 'image', mimeType: 'image/png' } }],
    ]);
  });

  test('says so when the bot is not ready', async () => {
    const said = 'The bot was not ready.';
    const session = { state: 'needs-scan', process: { call: outcomes() }, ownNumber: null, mayTest } as const;
    expect(await carryOutAsk(asked, session)).toEqual({ tested: { text: said, picture: said }, begun: false });
  });

  test('sends nothing when it may not, and leaves what is known of the last one', async () => {
    const call = vi.fn();
    const session = { state: 'ready', process: { call }, ownNumber, mayTest: async () => false } as const;
    expect(await carryOutAsk(asked, session)).toBe('done');
    expect(call).not.toHaveBeenCalled();
  });
});
