import type { SandboxAck } from '@wbm/db';
import { createLog, Transient } from '@wbm/runtime';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { BotRows, NetworkRows } from '../ports.ts';
import { Relay } from '../sandbox/relay.ts';
import { AckBatch } from './ack-batch.ts';

const log = createLog({ service: 'test', level: 'silent' });
const ack = (n: number): SandboxAck => ({ waMessageId: `m${n}`, ack: 2 });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Moved = Awaited<ReturnType<BotRows['recordAcks']>>;

function aBatch(recordAcks: (acks: readonly SandboxAck[]) => Promise<Moved>) {
  const recorded: string[] = [];
  const told: string[] = [];
  const dropped: string[] = [];
  const batch = new AckBatch({
    rows: { recordAcks },
    bells: {
      messageMoved: (_, messageId) => void told.push(`message ${messageId}`),
      leadChanged: (leadId) => void told.push(`lead ${leadId}`),
      changed: () => void told.push('bot'),
    },
    log,
    onRecorded: ({ waMessageId }) => recorded.push(waMessageId),
    onDropped: ({ waMessageId }) => dropped.push(waMessageId),
  });
  return { batch, recorded, dropped, told };
}

test('what Postgres did not take now is kept and written later', async () => {
  let away = true;
  const { batch, recorded, dropped } = aBatch(async () => {
    if (away) throw new Transient('db.unreachable', 'away');
    return [];
  });
  batch.add(ack(1));
  await batch.flush();
  away = false;
  batch.add(ack(2));
  await vi.advanceTimersByTimeAsync(1_000);
  expect([recorded, dropped]).toEqual([['m1', 'm2'], []]);
});

test('a run that loses its bot while Postgres is away has its acks written all the same', async () => {
  let away = true;
  const { batch, recorded, dropped } = aBatch(async () => {
    if (away) throw new Transient('db.unreachable', 'away');
    return [];
  });
  batch.add(ack(1));
  await batch.flush();
  batch.add(ack(2));
  batch.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([recorded, dropped]).toEqual([[], []]);
  away = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect([recorded, dropped]).toEqual([['m1', 'm2'], []]);
});

test('a refusal is told of its chat and of the bot too, once', async () => {
  const moved: Moved = [
    { leadId: 1, messageId: 11, status: 'failed' },
    { leadId: 1, messageId: 12, status: 'cancelled' },
    { leadId: 2, messageId: 21, status: 'read' },
  ];
  const { batch, told } = aBatch(async () => moved);
  batch.add(ack(1));
  await batch.flush();
  expect(told).toEqual(['message 11', 'message 12', 'message 21', 'lead 1', 'bot']);
});

test('what Postgres will never take is said to be dropped', async () => {
  const { batch, recorded, dropped } = aBatch(async () => Promise.reject(new Error('invalid input')));
  for (const n of [1, 2]) batch.add(ack(n));
  await batch.flush();
  expect([recorded, dropped]).toEqual([[], ['m1', 'm2']]);
});

test('of more than can be kept the oldest are dropped, and it says which', async () => {
  const kept = Array.from({ length: 10_001 }, (_, n) => ack(n));
  const { batch, dropped } = aBatch(async () => Promise.reject(new Transient('db.unreachable', 'away')));
  for (const one of kept) batch.add(one);
  expect(dropped).toEqual(['m0']);
  const failed = batch.flush();
  batch.add(ack(10_001));
  await failed;
  expect(dropped).toEqual(['m0', 'm1']);
  batch.close();
});

test('acks that could not be written are told again at the next wake, and nobody waits for them till then', async () => {
  let works = false;
  const reported: SandboxAck[] = [];
  const network = {
    device: async () => ({ ref: null, linkedAt: new Date(), ownNumber: '+1555' }),
    unrelayed: async () => [],
    unrelayedChanges: async () => [],
    unreportedAcks: async () =>
      [1, 2].map(ack).filter(({ waMessageId }) => !reported.some((one) => one.waMessageId === waMessageId)),
    markAcksReported: async (acks: readonly SandboxAck[]) => void reported.push(...acks),
  } as unknown as NetworkRows;
  const batch: AckBatch = new AckBatch({
    rows: { recordAcks: async () => (works ? [] : Promise.reject(new Error('odd'))) },
    bells: { messageMoved: () => undefined, leadChanged: () => undefined, changed: () => undefined },
    log,
    onRecorded: (one) => relay.ackRecorded(one.waMessageId, one.ack),
    onDropped: (one) => relay.ackDropped(one.waMessageId, one.ack),
  });
  const relay = new Relay({
    network,
    bells: { networkChanged: () => undefined },
    log,
    ready: () => true,
    tell: (news) => {
      if (news.news === 'ack') batch.add(news);
      return true;
    },
  });
  relay.wake();
  await vi.advanceTimersByTimeAsync(200);
  await relay.idle();
  expect(reported).toEqual([]);

  works = true;
  relay.wake();
  await vi.advanceTimersByTimeAsync(200);
  await relay.idle();
  expect(reported).toEqual([ack(1), ack(2)]);
});
