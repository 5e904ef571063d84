import { expect, it } from 'vitest';
import { untilReady } from './until-ready.ts';

const service = (name: 'gateway' | 'scheduler' | 'ai-worker', ready: Promise<{ opsPort: number }>, words = '') => ({
  name,
  ready,
  logFile: `/logs/${name}.log`,
  lastWords: () => words,
});
const good = Promise.resolve({ opsPort: 1 });
const never = new Promise<{ opsPort: number }>(() => undefined);
const bad = (why: string) => Promise.reject<{ opsPort: number }>(new Error(why));

it('is over when all are ready', async () => {
  await untilReady([service('gateway', good), service('scheduler', good)], 1_000);
});

it('names who is silent, and where its log is', async () => {
  await expect(untilReady([service('gateway', good), service('scheduler', never)], 50)).rejects.toThrow(
    /^scheduler was not ready after 0\.05 s\n {2}Log: \/logs\/scheduler\.log$/,
  );
});

it('tells the faults of all, the same ones together', async () => {
  const ended = 'did not start (exit code 1)';
  const three = [
    service('gateway', bad(ended), 'JWT_SECRET is too short'),
    service('scheduler', bad(ended), 'OPS_PORT is no number'),
    service('ai-worker', bad(ended), 'OPS_PORT is no number'),
  ];
  await expect(untilReady(three, 1_000)).rejects.toThrow(
    [
      'gateway did not start (exit code 1)',
      'JWT_SECRET is too short',
      '  Log: /logs/gateway.log',
      '',
      'scheduler, ai-worker did not start (exit code 1)',
      'OPS_PORT is no number',
      '  Log: /logs/scheduler.log, /logs/ai-worker.log',
    ].join('\n'),
  );
});
