import { createLog, MetricsRegistry } from '@wbm/runtime';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { busMetrics } from './bus-metrics.ts';
import { SEND_LIMIT_MS } from './connection.ts';
import { Line } from './line.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A line to a Redis that takes commands and answers none until it is thawed. */
function aFrozenLine(status: string) {
  const thawed = Promise.withResolvers<'PONG'>();
  const redis = { status, once: () => undefined, disconnect: () => undefined, ping: () => thawed.promise };
  const log = createLog({ service: 'test', level: 'silent' });
  const line = new Line(redis as unknown as Redis, log, busMetrics(new MetricsRegistry('test')), SEND_LIMIT_MS);
  const command = vi.fn(() => thawed.promise);
  return { line, command, thaw: () => thawed.resolve('PONG') };
}

test.each(['ready', 'connecting'])('no bell waits longer than the limit: %s', async (status) => {
  const { line, command } = aFrozenLine(status);
  const told = vi.fn();
  void line.try('first', command).then(told);
  await vi.advanceTimersByTimeAsync(SEND_LIMIT_MS - 1);
  expect(told).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(told).toHaveBeenCalledExactlyOnceWith(false);
  expect(line.hears).toBe(false);
  line.close();
});

test('a deaf line issues no command and has nobody wait, until Redis answers the probe', async () => {
  const { line, command, thaw } = aFrozenLine('ready');
  void line.try('first', command);
  await vi.advanceTimersByTimeAsync(SEND_LIMIT_MS);
  // No time passes here.
  expect(await line.try('second', command)).toBe(false);
  expect(command).toHaveBeenCalledTimes(1);
  const heard = new Promise<void>((resolve) => line.onHearing(resolve));
  thaw();
  await vi.advanceTimersByTimeAsync(SEND_LIMIT_MS);
  await heard;
  expect([line.hears, await line.try('third', command), command.mock.calls.length]).toEqual([true, true, 2]);
  line.close();
});
