import { botStates } from '@wbm/domain';
import { expect, it } from 'vitest';
import { stateWordsOf } from './state-words.ts';

it('says of a bot that nobody runs whether it is switched off or waits to be taken', () => {
  expect(stateWordsOf({ status: 'disabled', state: 'stopped' })).toBe('stopped');
  expect(stateWordsOf({ status: 'enabled', state: 'stopped' })).toBe('waits');
});

it('says of any other state what it is', () => {
  for (const state of botStates.filter((state) => state !== 'stopped')) {
    for (const status of ['enabled', 'disabled'] as const) expect(stateWordsOf({ status, state })).toBe(state);
  }
});
