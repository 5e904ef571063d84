import { describe, expect, it } from 'vitest';
import { changed, type OutboxItem, unconfirmed } from './outbox.ts';

const item = (clientId: string, over: Partial<OutboxItem> = {}): OutboxItem => ({
  clientId,
  leadId: 1,
  text: 'hi',
  file: null,
  mediaId: null,
  share: 0,
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

  it('follows an upload, and keeps what is uploaded when the message itself fails', () => {
    let items: readonly OutboxItem[] = [item('a'), item('b')];
    items = changed(items, { do: 'share', clientId: 'a', share: 0.4 });
    expect(items.map((i) => i.share)).toEqual([0.4, 0]);
    items = changed(items, { do: 'uploaded', clientId: 'a', mediaId: 'm' });
    items = changed(items, { do: 'fail', clientId: 'a', problem: 'away' });
    items = changed(items, { do: 'retry', clientId: 'a' });
    expect(items[0]).toMatchObject({ mediaId: 'm', share: 1, problem: null, text: 'hi' });
  });

  it('does not bring back what was dropped while it was on its way', () => {
    expect(changed([], { do: 'fail', clientId: 'a', problem: 'away' })).toEqual([]);
  });

  it('shows only what has not arrived, and only in its own chat', () => {
    const items = [item('a'), item('b'), item('c', { leadId: 2 })];
    expect(unconfirmed(items, 1, [{ clientId: 'a' }, { clientId: null }]).map((i) => i.clientId)).toEqual(['b']);
  });
});
