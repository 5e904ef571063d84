import type { LeadView, MessageView } from '@wbm/contracts';
import { describe, expect, it } from 'vitest';
import { type Pages, withBot, withLead, withMessage, withStatus } from './cache.ts';

const lead = (id: number, over: Partial<LeadView> = {}): LeadView => ({
  id,
  botId: 'demo',
  botName: 'Demo',
  whatsappNumber: '+5511987654321',
  displayName: null,
  name: null,
  email: null,
  location: null,
  phone: null,
  status: 'capturing',
  owner: 'bot',
  ownerVersion: 1,
  assignedTo: null,
  capturedAt: '2026-01-01T00:00:00.000Z',
  qualifiedAt: null,
  lastMessageAt: `2026-01-01T00:00:0${id}.000Z`,
  lastMessage: null,
  waitingSince: null,
  waitingReason: null,
  writeFirst: null,
  version: 1,
  ...over,
});
const message = (seq: number, over: Partial<MessageView> = {}): MessageView => ({
  id: seq,
  leadId: 1,
  seq,
  sender: 'bot',
  author: null,
  type: 'text',
  text: 'hello',
  status: 'queued',
  statusReason: null,
  clientId: null,
  editedAt: null,
  revokedAt: null,
  reactions: { customer: null, business: null },
  media: null,
  at: '2026-01-01T00:00:00.000Z',
  ...over,
});
function list<T>(items: readonly T[], nextCursor: string | null = null): Pages<T> {
  return { pages: [{ items, nextCursor }], pageParams: [undefined] };
}
const ids = (pages: Pages<{ id: number }>) => pages.pages.flatMap((page) => page.items.map((item) => item.id));
const me = 'me@example.com';
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString();

describe('withLead', () => {
  it.each([
    [
      'a lead with a newer message moves to the top',
      lead(1, { lastMessageAt: '2026-01-02T00:00:00.000Z', version: 2 }),
      {},
      [1, 3, 2],
    ],
    [
      'a new lead comes in where its message belongs',
      lead(4, { lastMessageAt: '2026-01-01T00:00:02.500Z' }),
      {},
      [3, 4, 2, 1],
    ],
    ['a lead of another bot stays out', lead(4, { botId: 'other' }), { botId: 'demo' }, [3, 2, 1]],
    [
      'a lead that is claimed leaves the unclaimed',
      lead(2, { assignedTo: me, version: 2 }),
      { assignedTo: 'nobody' },
      [3, 1],
    ],
    ['a lead that is claimed by me comes to mine', lead(4, { assignedTo: me }), { assignedTo: 'me' }, [4, 3, 2, 1]],
    [
      'a lead that a colleague claims leaves mine',
      lead(3, { assignedTo: 'ana@example.com', version: 2 }),
      { assignedTo: 'me' },
      [2, 1],
    ],
    ['a lead of another stage leaves', lead(3, { status: 'won', version: 2 }), { status: 'capturing' }, [2, 1]],
    ['a search takes in nobody new', lead(4), { q: 'ana' }, [3, 2, 1]],
    [
      'a search keeps whom it has found',
      lead(1, { lastMessageAt: '2026-01-02T00:00:00.000Z', version: 2 }),
      { q: 'ana' },
      [1, 3, 2],
    ],
  ] as const)('%s', (_says, news, filter, expected) => {
    expect(ids(withLead(list([lead(3), lead(2), lead(1)]), news, filter, me))).toEqual(expected);
  });

  it.each([
    ['a lead that begins to wait comes last', { id: 4, waitingSince: '2026-01-01T00:00:09.000Z' }, [2, 1, 4]],
    ['one that waited longer than others comes before them', { id: 4, waitingSince: at(1.5) }, [2, 4, 1]],
    ['of two that began together the older lead comes first', { id: 4, waitingSince: at(1) }, [2, 4, 1]],
    ['a lead that ceases to wait leaves', { id: 2 }, [1]],
    ['a lead that somebody claims leaves', { id: 2, waitingSince: at(1), assignedTo: me }, [1]],
    ['a newer message does not move who waits', { id: 1, waitingSince: at(2), lastMessageAt: at(9) }, [2, 1]],
    ['who does not wait stays out', { id: 4 }, [2, 1]],
  ] as const)('in a list of who waits, %s', (_says, { id, ...over }, expected) => {
    const waiting = list([lead(2, { waitingSince: at(1) }), lead(1, { waitingSince: at(2) })]);
    const filter = { assignedTo: 'nobody', waiting: true } as const;
    expect(ids(withLead(waiting, lead(id, { version: 2, ...over }), filter, me))).toEqual(expected);
  });

  it('leaves who begins to wait to the last page, while that is not loaded', () => {
    const first = list([lead(2, { waitingSince: at(1) })], 'more');
    expect(withLead(first, lead(4, { waitingSince: at(3) }), { waiting: true }, me)).toBe(first);
  });

  it('ignores news older than what is shown', () => {
    const shown = list([lead(1, { version: 5, name: 'Ana' })]);
    expect(withLead(shown, lead(1, { version: 4 }), {}, me)).toBe(shown);
  });

  it('leaves a lead older than everything loaded to its own page', () => {
    const shown = list([lead(3)], 'more');
    expect(withLead(shown, lead(1), {}, me)).toBe(shown);
    expect(ids(withLead(list([lead(3)]), lead(1), {}, me))).toEqual([3, 1]);
  });

  it('fills an empty list', () => {
    expect(ids(withLead(list<LeadView>([]), lead(1), {}, me))).toEqual([1]);
  });
});

describe('withMessage', () => {
  it('adds a message once, newest first, also when they overtook each other', () => {
    const all = [2, 1, 3, 3].reduce((shown, seq) => withMessage(shown, message(seq)), list<MessageView>([]));
    expect(ids(all)).toEqual([3, 2, 1]);
  });

  it('does not turn a delivered message back into a queued one', () => {
    const shown = list([message(1, { status: 'delivered' })]);
    expect(withMessage(shown, message(1, { status: 'queued' }))).toBe(shown);
  });

  it('takes the tick from a message that WhatsApp refused after all', () => {
    const refused = message(1, { status: 'failed', statusReason: 'WhatsApp refused the message.' });
    expect(withMessage(list([message(1, { status: 'sent' })]), refused).pages[0]?.items).toEqual([refused]);
  });

  it('shows what a message became: edited in its place, and at the end when it could not be read before', () => {
    const shown = list([message(3), message(2, { type: 'undecrypted' }), message(1)]);
    const edited = withMessage(shown, message(1, { text: 'better', editedAt: at(9) }));
    expect(ids(edited)).toEqual([3, 2, 1]);
    expect(edited.pages[0]?.items[2]?.text).toBe('better');
    const read = withMessage(edited, { ...message(2), seq: 4 });
    expect(ids(read)).toEqual([2, 3, 1]);
  });
});

describe('withStatus', () => {
  const shownAfter = (shown: MessageView['status'], told: MessageView['status']) => {
    const news = { messageId: 1, status: told, statusReason: null };
    return withStatus(list([message(1, { status: shown })]), news).pages[0]?.items[0]?.status;
  };

  // Each move that the database makes: claiming, marking and cancelling, and what `app.record_acks` takes from WhatsApp.
  it.each([
    ['queued', ['sending', 'cancelled']],
    ['sending', ['queued', 'unconfirmed', 'sent', 'failed', 'delivered', 'read']],
    ['unconfirmed', ['sent', 'failed', 'delivered', 'read']],
    ['sent', ['failed', 'delivered', 'read']],
    ['failed', ['delivered', 'read']],
    ['delivered', ['read']],
  ] as const)('moves what is %s on to %j', (shown, all) => {
    for (const told of all) expect(shownAfter(shown, told)).toBe(told);
  });

  it.each([
    ['unconfirmed', ['queued', 'sending']],
    ['sent', ['queued', 'sending', 'unconfirmed']],
    ['failed', ['queued', 'sending', 'unconfirmed', 'sent']],
    ['delivered', ['queued', 'sending', 'unconfirmed', 'sent', 'failed']],
    ['read', ['queued', 'sending', 'unconfirmed', 'sent', 'failed', 'delivered']],
    ['cancelled', ['queued', 'sending']],
  ] as const)('leaves what is %s so when it is told late that it was %j', (shown, all) => {
    for (const told of all) expect(shownAfter(shown, told)).toBe(shown);
  });

  it('leaves a chat alone that does not have the message', () => {
    const shown = list([message(1)]);
    expect(withStatus(shown, { messageId: 9, status: 'sent', statusReason: null })).toBe(shown);
  });
});

describe('withBot', () => {
  const bot = (id: string, over: object = {}) => ({
    id,
    name: id,
    engine: 'sandbox' as const,
    status: 'enabled' as const,
    state: 'ready' as const,
    stateReason: null,
    stateAt: '2026-01-01T00:00:00.000Z',
    ownNumber: null,
    timeZone: 'UTC',
    version: 2,
    archivedAt: null,
    capabilities: {},
    ...over,
  });

  it('replaces, adds, and lets archived ones go', () => {
    expect(withBot([bot('a')], bot('a', { state: 'failed' }))[0]?.state).toBe('failed');
    expect(withBot([bot('a')], bot('b')).map((b) => b.id)).toEqual(['a', 'b']);
    expect(withBot([bot('a')], bot('a', { archivedAt: '2026-01-01T00:00:00.000Z' }))).toEqual([]);
  });

  it('ignores an older version', () => {
    const shown = [bot('a')];
    expect(withBot(shown, bot('a', { version: 1 }))).toBe(shown);
  });
});
