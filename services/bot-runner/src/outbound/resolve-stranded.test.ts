import { expect, test } from 'vitest';
import type { Device } from './device.ts';
import { resolveStranded } from './resolve-stranded.ts';

const row = { messageId: 7, leadId: 1, waMessageId: 'x' as string | null, text: 't', chatJid: '1@c.us' };

async function play(
  found: 'there' | 'absent' | 'unknown' | 'unasked',
  over: { held?: boolean; waMessageId?: null; leaving?: boolean; before?: number } = {},
) {
  const marks: string[] = [];
  const device: Device = {
    usable: () => true,
    held: () => over.held ?? true,
    ending: new AbortController().signal,
    lend: async () => 'later',
    send: async () => ({ outcome: 'unknown' }),
    type: async () => undefined,
    find: async () => found,
  };
  await resolveStranded({
    rows: {
      stranded: async () => [{ ...row, ...('waMessageId' in over ? { waMessageId: null } : {}) }],
      mark: async (_, as) => marks.push(as) > 0,
    },
    bells: { messageMoved: () => void marks.push('told'), leadChanged: () => void marks.push('lead') },
    device,
    leaving: new Set(over.leaving ? [7] : []),
    unasked: new Map([[7, over.before ?? 0]]),
  });
  return marks;
}

test.each([
  ['it is there', ['there'], ['sent', 'told']],
  ['it surely is not', ['absent'], ['queued', 'told']],
  ['nobody knows', ['unknown'], ['unconfirmed', 'lead', 'told']],
  ['the session did not answer, and may the next time', ['unasked'], []],
  ['the session never answers', ['unasked', { before: 4 }], ['unconfirmed', 'lead', 'told']],
  ['it never had an id', ['absent', { waMessageId: null }], ['unconfirmed', 'lead', 'told']],
  ['the lease ran out meanwhile', ['there', { held: false }], []],
  ['this run is sending it just now', ['absent', { leaving: true }], []],
] as const)('%s', async (_, given, marks) => {
  expect(await play(...(given as unknown as Parameters<typeof play>))).toEqual(marks);
});
