import type { BotStatePatch } from '@wbm/db';
import { createLog, Transient } from '@wbm/runtime';
import { expect, test, vi } from 'vitest';
import { StateWriter } from './state-writer.ts';

const log = createLog({ service: 'test', level: 'silent' });

test('writes in order and tells what changed', async () => {
  const written: string[] = [];
  const setState = async ({ state }: BotStatePatch) => written.push(state) > 1;
  const changed = vi.fn();
  const writer = new StateWriter({ rows: { setState }, bells: { changed }, log });
  for (const state of ['starting', 'authenticated', 'ready'] as const) writer.write({ state });
  await writer.written();
  expect(written).toEqual(['starting', 'authenticated', 'ready']);
  expect(changed).toHaveBeenCalledTimes(2);
});

test('while Postgres is away only the newest state waits', async () => {
  vi.useFakeTimers();
  let away = true;
  const written: string[] = [];
  const setState = async ({ state }: BotStatePatch) => {
    if (away) throw new Transient('db.unreachable', 'away');
    return written.push(state) > 0;
  };
  const writer = new StateWriter({ rows: { setState }, bells: { changed: () => undefined }, log });
  for (const state of ['starting', 'authenticated', 'ready'] as const) writer.write({ state });
  await vi.advanceTimersByTimeAsync(2_000);
  away = false;
  await vi.advanceTimersByTimeAsync(2_000);
  await writer.written();
  expect(written).toEqual(['ready']);
  vi.useRealTimers();
});
