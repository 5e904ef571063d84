import type { DueSend, NextSends } from '@wbm/db';
import { createLog } from '@wbm/runtime';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Device } from './device.ts';
import { Lane } from './lane.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const dueOf = (messageId: number): DueSend => ({
  messageId,
  leadId: messageId,
  sender: 'vendor',
  text: 'x',
  chatJid: '1@c.us',
  correlationId: 'c',
  attempts: 0,
  media: null,
});

/** A lane whose rows have room for `perMinute`, as Postgres would count, and offer no more files than may leave. */
function aLane(queued: number, perMinute: number, send: Device['send'] = async () => ({ outcome: 'sent' })) {
  const waiting = Array.from({ length: queued }, (_, index) => dueOf(index + 1));
  const claimed: number[] = [];
  const world = { looks: 0, sent: [] as number[], perMinute, usable: true };
  const room = () => world.perMinute - claimed.filter((at) => at > Date.now() - 60_000).length;
  const ending = new AbortController();
  const lane = new Lane({
    workspaceId: 'w',
    log: createLog({ service: 'test', level: 'silent' }),
    mayAnswer: () => true,
    rows: {
      async nextSends({ files }): Promise<NextSends> {
        world.looks += 1;
        const oldest = Math.min(...claimed.slice(-world.perMinute));
        const heldForMs = room() > 0 || waiting.length === 0 ? null : oldest + 60_000 - Date.now();
        const mayGo = new Set(waiting.filter(({ media }) => media !== null).slice(0, files));
        const offered = waiting.filter((due) => due.media === null || mayGo.has(due));
        return { due: offered.slice(0, Math.max(0, Math.min(50, room()))), heldNow: 0, held: [], heldForMs };
      },
      async claim(messageId) {
        if (room() <= 0) return 'held';
        waiting.splice(0, waiting.length, ...waiting.filter((due) => due.messageId !== messageId));
        claimed.push(Date.now());
        return 'sending';
      },
      mark: async () => true,
      putOff: async () => true,
      refuse: async () => ({ moved: true, cancelled: [] }),
      budgetChanged: () => undefined,
      stranded: async () => [],
    },
    bells: {
      messageMoved: () => undefined,
      vendorMessageSent: (_, messageId) => void world.sent.push(messageId),
      leadChanged: () => undefined,
      changed: () => undefined,
    },
    device: {
      usable: () => world.usable,
      held: () => true,
      ending: ending.signal,
      lend: async () => ({ path: '/place', remove: async () => undefined }),
      send,
      type: async () => undefined,
      find: async () => 'unknown',
    },
    onSent: () => undefined,
    onHeld: () => undefined,
    onRefused: () => undefined,
  });
  return { lane, world, waiting, end: () => ending.abort() };
}

test('what the budget holds leaves as it frees, by itself, and the lane hardly looks meanwhile', async () => {
  const { lane, world } = aLane(10, 3);
  lane.wake();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(world.sent).toEqual([1, 2, 3]);
  const looks = world.looks;
  await vi.advanceTimersByTimeAsync(57_000);
  expect(world.looks).toBe(looks);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(world.sent).toHaveLength(6);
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  expect(world.sent).toHaveLength(10);
  expect(world.looks).toBeLessThan(30);
});

test('when more is allowed it leaves at once', async () => {
  const { lane, world } = aLane(10, 3);
  lane.wake();
  await vi.advanceTimersByTimeAsync(1_000);
  world.perMinute = 100;
  lane.budgetChanged();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(world.sent).toHaveLength(10);
});

test('a run that ended looks no more', async () => {
  const { lane, world, end } = aLane(10, 3);
  lane.wake();
  await vi.advanceTimersByTimeAsync(1_000);
  world.usable = false;
  end();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(world.sent).toHaveLength(3);
});

test('one file leaves at a time, and texts do not wait for it, however little the budget has room for', async () => {
  let open = 0;
  let most = 0;
  const { lane, world, waiting } = aLane(24, 8, async ({ media }) => {
    if (media === null) return { outcome: 'sent' };
    open += 1;
    most = Math.max(most, open);
    await new Promise((resolve) => setTimeout(resolve, 140_000));
    open -= 1;
    return { outcome: 'sent' };
  });
  const file = { id: 'f', kind: 'image', mimeType: 'image/png', name: null } as const;
  waiting.forEach((due, index) => {
    if (index < 12) waiting[index] = { ...due, media: file };
  });
  lane.wake();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(world.sent).toEqual([13, 14, 15, 16, 17, 18, 19]);
  await vi.advanceTimersByTimeAsync(62_000);
  expect(world.sent.slice(7)).toEqual([20, 21, 22, 23, 24]);
  await vi.advanceTimersByTimeAsync(30 * 60_000);
  expect(world.sent.slice(12)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(most).toBe(1);
});
