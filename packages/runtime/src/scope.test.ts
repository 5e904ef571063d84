import { expect, test } from 'vitest';
import { createLog } from './log.ts';
import { createScope } from './scope.ts';

const silent = createLog({ service: 'test', level: 'silent' });

test('closes newest first, each after the other, and all despite a failure', async () => {
  const closed: string[] = [];
  const scope = createScope(silent);
  scope.own('a', () => closed.push('a'));
  scope.own('b', async () => {
    await new Promise((resolve) => setImmediate(resolve));
    closed.push('b');
    throw new Error('b will not');
  });
  scope.own('c', () => closed.push('c'));
  expect(await scope.close()).toEqual({ failed: ['b'] });
  expect(closed).toEqual(['c', 'b', 'a']);
  await scope.close();
  expect(closed).toHaveLength(3);
});

test('what is owned while it closes is closed too', async () => {
  const closed: string[] = [];
  const scope = createScope(silent);
  scope.own('slow', async () => {
    await new Promise((resolve) => setImmediate(resolve));
    closed.push('slow');
  });
  const closing = scope.close();
  scope.own('late', () => closed.push('late'));
  await closing;
  await scope.close();
  expect(closed).toEqual(['slow', 'late']);
});
