import type { UnrelayedMessage } from '@wbm/db';
import { createLog } from '@wbm/runtime';
import { expect, test, vi } from 'vitest';
import type { NetworkNews } from '../engine/network.ts';
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

function aRelay(linkedAt: Date | null = new Date()) {
  const waiting = [1, 2, 3].map(aMessage);
  const told: NetworkNews[] = [];
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
  return { relay, told, marked, changed, messages, state };
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
