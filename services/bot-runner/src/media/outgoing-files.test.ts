import { createLog, Transient } from '@wbm/runtime';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { OutgoingFiles } from './outgoing-files.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

function someFiles() {
  const world = { away: false, there: true, asked: 0 };
  const place = { path: '/place', remove: async () => undefined };
  const files = new OutgoingFiles({
    log: createLog({ service: 'test', level: 'silent' }),
    random: () => 1,
    files: {
      async lend() {
        world.asked += 1;
        if (world.away) throw new Transient('blobs.unavailable', 'away');
        return world.there ? place : null;
      },
    },
  });
  return { files, world, place };
}

test('a file is lent, or gone', async () => {
  const { files, world, place } = someFiles();
  expect(await files.lend('a')).toBe(place);
  world.there = false;
  expect(await files.lend('a')).toBe('gone');
});

test('a folder that is away is asked less and less often, and as soon as it is back no file was given up', async () => {
  const { files, world, place } = someFiles();
  world.away = true;
  const asked: number[] = [];
  for (let second = 0; second <= 200; second += 1) {
    const before = world.asked;
    expect(await files.lend('a')).toBe('later');
    if (world.asked > before) asked.push(second);
    vi.advanceTimersByTime(1_000);
  }
  expect(asked).toEqual([0, 2, 6, 14, 30, 62, 122, 182]);
  world.away = false;
  vi.advanceTimersByTime(60_000);
  expect(await files.lend('a')).toBe(place);
  world.away = true;
  expect(await files.lend('a')).toBe('later');
  vi.advanceTimersByTime(2_000);
  world.away = false;
  expect(await files.lend('a')).toBe(place);
});
