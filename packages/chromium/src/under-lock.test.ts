import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { underLock } from './under-lock.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wbm-under-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const me = { host: hostname(), pid: process.pid };

test('a lock says when its process began, and another waits for it', async () => {
  const file = join(folder, 'lock');
  const story: unknown[] = [];
  const first = underLock(file, async () => {
    story.push(JSON.parse(readFileSync(file, 'utf8')));
    await pause(300);
    story.push('done');
  });
  await Promise.all([first, underLock(file, async () => void story.push('next'))]);
  expect(story).toEqual([{ ...me, stamp: expect.any(String), id: expect.any(String) }, 'done', 'next']);
});

test.each([
  ['of a process that is no more', { ...me, pid: 4_000_000, stamp: '1' }],
  ['of an earlier process that had our number', { ...me, stamp: '1' }],
  ['of before locks had a stamp', me],
  ['of another machine', { ...me, host: 'elsewhere', stamp: '1' }],
  ['that was never finished', ''],
])('a lock %s is nobody’s', async (_, left) => {
  const file = join(folder, 'lock');
  writeFileSync(file, left === '' ? '' : JSON.stringify(left));
  let ran = false;
  const done = underLock(file, async () => {
    ran = true;
  });
  await Promise.race([done, pause(2_000)]);
  const taken = ran;
  rmSync(file, { force: true }); // Nobody may wait on when the test fails.
  await done;
  expect(taken).toBe(true);
});
