import { createLog } from '@wbm/runtime';
import { expect, test } from 'vitest';
import { coalesce } from './coalesce.ts';

const log = createLog({ service: 'test', level: 'silent' });

test('runs once more for all that woke it during a run', async () => {
  let runs = 0;
  let finish: () => void = () => undefined;
  const task = coalesce(log, 'task', () => {
    runs += 1;
    return new Promise<void>((resolve) => {
      finish = resolve;
    });
  });
  for (let i = 0; i < 4; i += 1) task.wake();
  expect(runs).toBe(1);
  finish();
  await new Promise(setImmediate);
  expect(runs).toBe(2);
  finish();
  await task.idle();
  task.wake();
  expect(runs).toBe(3);
});

test('a failed run does not keep the next one from running', async () => {
  let runs = 0;
  const task = coalesce(log, 'task', async () => {
    runs += 1;
    throw new Error('no');
  });
  task.wake();
  await task.idle();
  task.wake();
  await task.idle();
  expect(runs).toBe(2);
});
