import type { LeadView, MessageView } from '@wbm/contracts';
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

const at = '2026-01-01T00:00:00.000Z';
const none = { customer: null, business: null };

it.each([
  ['a message of the customer', {}, 'filed'],
  ['an edit', { editedAt: at }, 'changed'],
  ['a reaction', { reactions: { ...none, business: '👍' } }, 'changed'],
  ['a deletion, whatever came before it', { editedAt: at, revokedAt: at }, 'takenBack'],
] as const)('says of %s what it is', (_what, over, words) => {
  const message = { leadId: 1, sender: 'customer', editedAt: null, revokedAt: null, reactions: none, ...over };
  const event = { type: 'LEAD_MESSAGE', payload: { message: message as MessageView } } as LiveEvent;
  expect(traceLine(event, () => true, 1)).toEqual({ words, detail: null });
});
