import type { UnrelayedChange, UnrelayedMessage } from '@wbm/db';
import { createLog } from '@wbm/runtime';
import { expect, test, vi } from 'vitest';
import type { NetworkNews } from '../engine/network.ts';
import { changeOf } from '../engine/network-words.ts';
import { changeIdOf } from '../inbound/changes.ts';
import type { NetworkRows } from '../ports.ts';
import { Relay } from './relay.ts';

const aMessage = (id: number): UnrelayedMessage => ({
  waMessageId: `m${id}`,
  chatId: id === 3 ? 'c2' : 'c1',
  phone: '+5511987654321',
  lid: null,
  name: null,
  author: 'customer',
  type: 'text',
  text: 't',
  media: null,
  at: new Date(),
});

const aChange = (id: string, waMessageId: string): UnrelayedChange => ({
  changeId: id,
  waMessageId,
  chatId: 'c1',
  phone: '+5511987654321',
  lid: null,
  author: 'customer',
  change: 'edit',
  text: `text ${id}`,
  at: new Date(),
});

function aRelay(linkedAt: Date | null = new Date(), changes: UnrelayedChange[] = []) {
  const waiting = [1, 2, 3].map(aMessage);
  const told: NetworkNews[] = [];
  const doneChanges: string[] = [];
  const marked: string[][] = [];
  /** Each chat whose phone is told, with how many batches were marked by then. */
  const changed: [chatId: string, afterMarks: number][] = [];
  const network = {
    device: async () => ({ ref: null, linkedAt, ownNumber: '+1555' }),
    unrelayed: async () => [...waiting],
    markRelayed: async (ids: readonly string[]) => {
      marked.push([...ids]);
      for (const id of ids)
        waiting.splice(
          waiting.findIndex((one) => one.waMessageId === id),
          1,
        );
    },
    unrelayedChanges: async () => changes.filter(({ changeId }) => !doneChanges.includes(changeId)),
    markChangesRelayed: async (ids: readonly string[]) => void doneChanges.push(...ids),
    unreportedAcks: async () => [],
    markAcksReported: async () => undefined,
  } as unknown as NetworkRows;
  const state = { ready: true };
  const tell = (news: NetworkNews) => told.push(news) > 0;
  const relay = new Relay({
    network,
    bells: { networkChanged: (chatId) => changed.push([chatId, marked.length]) },
    log: createLog({ service: 'test', level: 'silent' }),
    tell,
    ready: () => state.ready,
  });
  const messages = () => told.flatMap((news) => (news.news === 'message' ? [news.waMessageId] : []));
  return { relay, told, doneChanges, marked, changed, messages, state };
}

test('tells in order, marks only what is stored, and then lets each phone show it', async () => {
  const { relay, marked, changed, messages } = aRelay();
  relay.wake();
  await vi.waitFor(() => expect(messages()).toEqual(['m1', 'm2', 'm3']));
  expect([marked, changed]).toEqual([[], []]);
  for (const id of ['m3', 'm1', 'm2']) relay.settled(id);
  await relay.idle();
  expect(marked).toEqual([['m1', 'm2', 'm3']]);
  expect(changed).toEqual([
    ['c1', 1],
    ['c2', 1],
  ]);
});

test('never tells twice at once, however often it is woken', async () => {
  const { relay, messages } = aRelay();
  relay.wake();
  await vi.waitFor(() => expect(messages()).toHaveLength(3));
  for (let i = 0; i < 5; i += 1) relay.wake();
  for (const id of ['m1', 'm2', 'm3']) relay.settled(id);
  await relay.idle();
  expect(messages()).toEqual(['m1', 'm2', 'm3']);
});

test('what the device did not keep is told again', async () => {
  const { relay, marked, changed, messages } = aRelay();
  relay.wake();
  await vi.waitFor(() => expect(messages()).toHaveLength(3));
  relay.settled('m1');
  relay.deviceGone();
  await relay.idle();
  expect(marked).toEqual([['m1']]);
  expect(changed).toEqual([['c1', 1]]);
  relay.wake();
  await vi.waitFor(() => expect(messages()).toEqual(['m1', 'm2', 'm3', 'm2', 'm3']));
  relay.settled('m2');
  relay.dropped('m3');
  await relay.idle();
  expect(marked).toEqual([['m1'], ['m2']]);
});

test.each([
  ['an unlinked device', null, true, { news: 'unlinked' }],
  ['a device that is not ready', new Date(), false, { news: 'linked' }],
] as const)('tells %s no message', async (_, linkedAt, ready, only) => {
  const { relay, told, state } = aRelay(linkedAt);
  state.ready = ready;
  relay.wake();
  await relay.idle();
  expect(told).toMatchObject([only]);
});

test('what was done with messages is told after them, in order, until it is stored', async () => {
  const { relay, told, doneChanges } = aRelay(new Date(), [aChange('1', 'm1'), aChange('2', 'm2')]);
  relay.wake();
  await vi.waitFor(() => expect(told).toHaveLength(4));
  for (const id of ['m1', 'm2', 'm3']) relay.settled(id);
  const edits = () => told.flatMap((news) => (news.news === 'edit' ? [news] : []));
  await vi.waitFor(() => expect(edits().map(({ text }) => text)).toEqual(['text 1', 'text 2']));
  const [first, second] = edits().map((news) => changeIdOf(changeOf(news)));
  relay.settled(first ?? '');
  relay.dropped(second ?? '');
  await relay.idle();
  expect(doneChanges).toEqual(['1']);
  relay.wake();
  await vi.waitFor(() => expect(edits()).toHaveLength(3));
  relay.settled(second ?? '');
  await relay.idle();
  expect(doneChanges).toEqual(['1', '2']);
});
