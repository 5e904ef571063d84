import { expect, test, vi } from 'vitest';
import { createLog } from './log.ts';
import { startPulse } from './pulse.ts';

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 });
const silent = createLog({ service: 'test', level: 'silent' });

test('runs at once, again after the interval, and despite failures', async () => {
  const run = vi.fn(() => {
    throw new Error('each time');
  });
  const pulse = startPulse({ task: 'x', everyMs: 5, log: silent, run });
  await until(() => expect(run.mock.calls.length).toBeGreaterThan(3));
  await pulse.stop();
  const after = run.mock.calls.length;
  pulse.wake();
  expect(run).toHaveBeenCalledTimes(after);
});

test('woken during a run it runs once more, never twice at once', async () => {
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let atOnce = 0;
  const run = vi.fn(async () => {
    atOnce += 1;
    expect(atOnce).toBe(1);
    await gates[run.mock.calls.length - 1]?.promise;
    atOnce -= 1;
  });
  const pulse = startPulse({ task: 'x', everyMs: 60_000, log: silent, run });
  for (let index = 0; index < 3; index += 1) pulse.wake();
  gates[0]?.resolve();
  await until(() => expect(run).toHaveBeenCalledTimes(2));
  const stopping = pulse.stop();
  gates[1]?.resolve();
  await stopping;
  expect(run).toHaveBeenCalledTimes(2);
});

test('woken while idle it does not wait for the interval', async () => {
  const run = vi.fn();
  const pulse = startPulse({ task: 'x', everyMs: 60_000, log: silent, run });
  await until(() => expect(run).toHaveBeenCalledTimes(1));
  await new Promise((resolve) => setImmediate(resolve));
  pulse.wake();
  await until(() => expect(run).toHaveBeenCalledTimes(2));
  await pulse.stop();
});
