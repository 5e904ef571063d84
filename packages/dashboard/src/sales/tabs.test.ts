import type { LeadView } from '@wbm/contracts';
import { describe, expect, it } from 'vitest';
import { holderOf } from '../conversation/ownership.ts';
import { arrange } from './tabs.ts';

const lead = (over: Partial<LeadView>) =>
  ({ id: 1, waitingSince: null, assignedTo: null, owner: 'bot', ...over }) as LeadView;

describe('arrange', () => {
  const leads = [
    lead({ id: 1 }),
    lead({ id: 2, waitingSince: '2026-01-01T00:02:00.000Z' }),
    lead({ id: 3, waitingSince: '2026-01-01T00:01:00.000Z' }),
  ];

  it('shows who waits longest first, and nobody who does not wait', () => {
    expect(arrange('waiting', leads).map((l) => l.id)).toEqual([3, 2]);
  });

  it('leaves the other tabs as they came', () => {
    expect(arrange('mine', leads)).toBe(leads);
  });
});

describe('holderOf', () => {
  it.each([
    [{ owner: 'bot', assignedTo: null }, 'bot'],
    [{ owner: 'human', assignedTo: null }, 'phone'],
    [{ owner: 'human', assignedTo: 'me@x.test' }, 'me'],
    [{ owner: 'human', assignedTo: 'ana@x.test' }, 'other'],
  ] as const)('%j is held by %s', (over, holder) => {
    expect(holderOf(lead(over), 'me@x.test')).toBe(holder);
  });
});
