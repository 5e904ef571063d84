import { describe, expect, it } from 'vitest';
import { changed, type OutboxItem, unconfirmed } from './outbox.ts';

const item = (clientId: string, over: Partial<OutboxItem> = {}): OutboxItem => ({
  clientId,
  leadId: 1,
  text: 'hi',
  at: '2026-01-01T00:00:00.000Z',
  problem: null,
  ...over,
});

describe('the outbox', () => {
  it('keeps what failed, with why, until it is sent again or dropped', () => {
    const failed = changed([item('a'), item('b')], { do: 'fail', clientId: 'a', problem: 'away' });
    expect(failed.map((i) => i.problem)).toEqual(['away', null]);
    expect(changed(failed, { do: 'retry', clientId: 'a' }).map((i) => i.problem)).toEqual([null, null]);
    expect(changed(failed, { do: 'drop', clientId: 'a' }).map((i) => i.clientId)).toEqual(['b']);
  });

  it('shows only what has not arrived, and only in its own chat', () => {
    const items = [item('a'), item('b'), item('c', { leadId: 2 })];
    expect(unconfirmed(items, 1, [{ clientId: 'a' }, { clientId: null }]).map((i) => i.clientId)).toEqual(['b']);
  });
});
