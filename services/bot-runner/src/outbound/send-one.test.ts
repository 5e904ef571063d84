import type { ClaimOutcome, DueSend } from '@wbm/db';
import { expect, test, vi } from 'vitest';
import type { SendOutcome } from '../engine/port.ts';
import type { Device } from './device.ts';
import { sendOne } from './send-one.ts';
import { waMessageIdOf } from './wa-message-id.ts';

const due: DueSend = {
  messageId: 7,
  leadId: 1,
  sender: 'vendor',
  text: 'hi',
  chatJid: '1@c.us',
  correlationId: 'c',
  attempts: 0,
  media: null,
};

const file = { id: 'f', kind: 'image', mimeType: 'image/png', name: null } as const;

async function play({
  claim = 'sending' as ClaimOutcome,
  outcome = { outcome: 'sent' } as SendOutcome,
  held = true,
  heldAfter = true,
  usable = true,
  row = {} as Partial<DueSend>,
  lent = 'place' as 'place' | 'gone' | 'later',
  cancelled = [] as number[],
}) {
  const story: string[] = [];
  const waits: (number | undefined)[] = [];
  const device: Device = {
    usable: () => usable,
    held: () => held && (heldAfter || !story.includes('send')),
    ending: AbortSignal.abort(),
    lend: async () => {
      story.push(`lend ${lent}`);
      return lent === 'place' ? { path: '/place', remove: async () => void story.push('remove') } : lent;
    },
    send: async ({ media }) => {
      story.push(media === null ? 'send' : `send ${media.path}`);
      return outcome;
    },
    type: async () => void story.push('type'),
    find: async () => 'unknown',
  };
  const result = await sendOne(
    { ...due, ...row },
    {
      workspaceId: 'w',
      rows: {
        claim: async () => {
          story.push(`claim ${claim}`);
          return claim;
        },
        mark: async (_, as, how) => {
          story.push(`mark ${as}`);
          waits.push(how?.retryMs);
          return true;
        },
        putOff: async () => {
          story.push('put off');
          return true;
        },
        refuse: async (_, { why }) => {
          story.push(`refuse ${why}`);
          return { moved: true, cancelled };
        },
      },
      bells: {
        messageMoved: () => void story.push('told'),
        vendorMessageSent: () => void story.push('vendor sent'),
        leadChanged: () => void story.push('lead'),
        changed: () => void story.push('bot'),
      },
      device,
      onSent: vi.fn(),
      onHeld: (count) => void story.push(`held ${count}`),
      onRefused: (why) => void story.push(`count ${why}`),
    },
  );
  return { story: [...story, result], waits };
}

test.each([
  ['a vendor’s message', {}, ['claim sending', 'send', 'mark sent', 'told', 'vendor sent', 'moved']],
  [
    'a bot types before the claim',
    { row: { sender: 'bot' } },
    ['type', 'claim sending', 'send', 'mark sent', 'told', 'moved'],
  ],
  ['somebody took over, or a person has to', { claim: 'cancelled' }, ['claim cancelled', 'told', 'lead', 'moved']],
  ['another one is leaving', { claim: 'busy' }, ['claim busy', 'stays']],
  ['the bot moved on', { claim: 'not-mine' }, ['claim not-mine', 'stays']],
  ['it is gone', { claim: 'gone' }, ['claim gone', 'stays']],
  ['the session is not ready', { usable: false }, ['stays']],
  [
    'refused for good',
    { outcome: { outcome: 'refused', reason: 'x', why: 'media' } },
    ['claim sending', 'send', 'refuse media', 'count media', 'lead', 'bot', 'told', 'moved'],
  ],
  [
    'refused, and so is what waited for the same person',
    { outcome: { outcome: 'refused', reason: 'x', why: 'write-first' }, cancelled: [8, 9] },
    [
      'claim sending',
      'send',
      'refuse write-first',
      'count write-first',
      'told',
      'told',
      'lead',
      'bot',
      'told',
      'moved',
    ],
  ],
  ['the budget is used up', { claim: 'held' }, ['claim held', 'held 1', 'told', 'moved']],
  [
    'surely not sent',
    { outcome: { outcome: 'not-sent', reason: 'x' } },
    ['claim sending', 'send', 'mark queued', 'told', 'stays'],
  ],
  ['nobody knows', { outcome: { outcome: 'unknown' } }, ['claim sending', 'send', 'stays']],
  ['the lease ran out before the send', { held: false }, ['claim sending', 'stays']],
  ['the lease ran out during the send', { heldAfter: false }, ['claim sending', 'send', 'stays']],
  [
    'surely not sent, and that too often',
    { row: { attempts: 7 }, outcome: { outcome: 'not-sent', reason: 'x' } },
    ['claim sending', 'send', 'refuse other', 'count other', 'lead', 'bot', 'told', 'moved'],
  ],
  [
    'a file leaves from a copy',
    { row: { media: file } },
    ['lend place', 'claim sending', 'send /place', 'mark sent', 'told', 'vendor sent', 'remove', 'moved'],
  ],
  [
    'a folder of files that is away costs no try',
    { row: { media: file }, lent: 'later' },
    ['lend later', 'put off', 'moved'],
  ],
  [
    'a file that is not there any more',
    { row: { media: file }, lent: 'gone' },
    ['lend gone', 'claim sending', 'refuse media', 'count media', 'lead', 'bot', 'told', 'moved'],
  ],
  [
    'somebody took over while it was copied',
    { row: { media: file }, claim: 'gone' },
    ['lend place', 'claim gone', 'remove', 'stays'],
  ],
  [
    'tried too often',
    { row: { attempts: 8 } },
    ['claim sending', 'refuse other', 'count other', 'lead', 'bot', 'told', 'moved'],
  ],
] as const)('%s', async (_, given, story) => {
  expect((await play(given as Parameters<typeof play>[0])).story).toEqual(story);
});

test('what did not leave is tried again later each time', async () => {
  for (const [attempts, most] of [
    [0, 2_000],
    [3, 16_000],
    [6, 60_000],
  ] as const) {
    const { waits } = await play({ row: { attempts }, outcome: { outcome: 'not-sent', reason: 'x' } });
    expect(waits[0]).toBeGreaterThanOrEqual(most / 2);
    expect(waits[0]).toBeLessThanOrEqual(most);
  }
});

test('an id is the same for the same row, in WhatsApp Web’s form, and no other row’s', () => {
  const row = { workspaceId: 'w', messageId: 7, correlationId: 'c' };
  expect(waMessageIdOf(row)).toMatch(/^3EB0[0-9A-F]{18}$/);
  expect(waMessageIdOf({ ...row })).toBe(waMessageIdOf(row));
  for (const other of [{ workspaceId: 'v' }, { messageId: 8 }, { correlationId: 'd' }]) {
    expect(waMessageIdOf({ ...row, ...other })).not.toBe(waMessageIdOf(row));
  }
});
