import { botStates } from '@wbm/domain';
import { describe, expect, it } from 'vitest';
import { groupedCode, linkStage, waitsForPhone } from './link-stage.ts';

describe('linkStage', () => {
  it.each([
    ['stopped', 'queue'],
    ['starting', 'wait'],
    ['needs-scan', 'choose'],
    ['pairing-code', 'code'],
    ['needs-passkey', 'passkey'],
    ['authenticated', 'linked'],
    ['syncing-history', 'reading'],
    ['ready', 'ready'],
    ['reconnecting', 'wait'],
    ['conflict', 'again'],
    ['logged-out', 'again'],
    ['failed', 'again'],
  ] as const)('shows a bot that is %s as %s', (state, stage) => {
    expect(linkStage({ status: 'enabled', state })).toBe(stage);
  });

  it('asks first of all to start what is switched off', () => {
    for (const state of botStates) expect(linkStage({ status: 'disabled', state })).toBe('start');
  });
});

it('waits for the phone only while the phone can do something', () => {
  const waiting = botStates.filter((state) => waitsForPhone({ status: 'enabled', state }));
  expect(waiting).toEqual(['needs-scan', 'pairing-code', 'needs-passkey']);
});

it.each([
  ['ABCD1234', 'ABCD-1234'],
  ['abcd-1234', 'ABCD-1234'],
  ['ABC123', 'ABC123'],
])('writes the code %s as %s', (code, shown) => expect(groupedCode(code)).toBe(shown));
