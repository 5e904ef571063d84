import type { LeadView } from '@wbm/contracts';
import { describe, expect, it } from 'vitest';
import { holderOf } from '../conversation/ownership.ts';
import { readTab } from './tabs.ts';

describe('readTab', () => {
  it.each([
    ['mine', { tab: 'mine' }],
    ['all', { tab: 'all' }],
    ['waiting', {}],
    ['nonsense', {}],
    [undefined, {}],
  ] as const)('reads %s', (value, expected) => {
    expect(readTab(value)).toEqual(expected);
  });
});

describe('holderOf', () => {
  it.each([
    [{ owner: 'bot', assignedTo: null }, 'bot'],
    [{ owner: 'human', assignedTo: null }, 'phone'],
    [{ owner: 'human', assignedTo: 'me@x.test' }, 'me'],
    [{ owner: 'human', assignedTo: 'ana@x.test' }, 'other'],
  ] as const)('%j is held by %s', (over, holder) => {
    expect(holderOf(over as LeadView, 'me@x.test')).toBe(holder);
  });
});
