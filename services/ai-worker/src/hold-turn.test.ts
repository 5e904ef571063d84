import { createLog } from '@wbm/runtime';
import { expect, test } from 'vitest';
import { holdTurn } from './hold-turn.ts';

const log = createLog({ service: 'test', level: 'silent' });
const never = new AbortController().signal;
const held = async () => 'held' as const;
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    if (signal.aborted) reject(new Error('aborted'));
    signal.addEventListener('abort', () => reject(new Error('aborted')));
  });
const options = { renew: held, everyMs: 5, stopping: never, deadline: never, log };

test('the work’s value comes through', async () => {
  expect(await holdTurn(options, async () => 7)).toEqual({ done: true, value: 7 });
});

test('the turn is renewed while the work goes on', async () => {
  let renewals = 0;
  let finish = () => {};
  const renew = async () => {
    renewals += 1;
    if (renewals === 3) finish();
    return 'held' as const;
  };
  const work = () => new Promise<string>((resolve) => (finish = () => resolve('enough')));
  expect(await holdTurn({ ...options, renew }, work)).toEqual({ done: true, value: 'enough' });
});

test.each(['superseded', 'lost'] as const)('%s aborts the work', async (state) => {
  expect(await holdTurn({ ...options, renew: async () => state }, untilAborted)).toEqual({ done: false, why: state });
});

test('stopping and the deadline abort the work, also when they came before it', async () => {
  const gone = AbortSignal.abort();
  expect(await holdTurn({ ...options, stopping: gone }, untilAborted)).toEqual({ done: false, why: 'stopping' });
  const soon = AbortSignal.timeout(10);
  expect(await holdTurn({ ...options, deadline: soon }, untilAborted)).toEqual({ done: false, why: 'late' });
});

test('a renewal that fails does not give the turn up', async () => {
  let failures = 0;
  let finish = () => {};
  const renew = async () => {
    failures += 1;
    if (failures === 2) finish();
    throw new Error('Postgres is away');
  };
  const work = () => new Promise<string>((resolve) => (finish = () => resolve('answer')));
  expect(await holdTurn({ ...options, renew }, work)).toEqual({ done: true, value: 'answer' });
});

test('an error of the work is the work’s own', async () => {
  const work = async () => {
    throw new TypeError('a bug');
  };
  await expect(holdTurn(options, work)).rejects.toThrow(TypeError);
});
