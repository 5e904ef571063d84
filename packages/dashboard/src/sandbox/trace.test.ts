import type { LeadView } from '@wbm/contracts';
import { expect, it } from 'vitest';
import type { LiveEvent } from '../live/frame.ts';
import { traceLine } from './trace.ts';

const assigned = (lead: Partial<LeadView>) => ({ type: 'LEAD_ASSIGNED', payload: { lead } }) as LiveEvent;

it.each([
  ['a claim', { owner: 'human', assignedTo: 'val@example.com' }, { words: 'claimed', detail: 'val@example.com' }],
  ['a release', { owner: 'bot', assignedTo: null }, { words: 'released', detail: null }],
  ['an answer from the phone', { owner: 'human', assignedTo: null }, null],
] as const)('says of %s what it is', (_what, lead, line) => {
  expect(traceLine(assigned(lead), () => true, 1)).toEqual(line);
});
