import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { StartGate, startGates } from './start-gate.ts';

afterEach(() => vi.useRealTimers());

/** Starts that are under way until they are told to end. */
function starts(gate: StartGate, count: number) {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const passed = Array.from({ length: count }, (_, index) =>
    gate.pass(() => {
      begun.push(index);
      return new Promise<void>((resolve) => {
        ends[index] = resolve;
      });
    }),
  );
  return { begun, passed, end: (index: number) => ends[index]?.() };
}

test('as many as there is room for start at once, the rest in their turn', async () => {
  const { begun, end, passed } = starts(new StartGate(2), 4);
  await turn();
  expect(begun).toEqual([0, 1]);
  end(1);
  await passed[1];
  await turn();
  expect(begun).toEqual([0, 1, 2]);
});

test('a start that fails makes room and says so', async () => {
  const gate = new StartGate(1);
  await expect(gate.pass(() => Promise.reject(new Error('no memory')))).rejects.toThrow('no memory');
  await gate.pass(async () => undefined);
});

test('one that hangs gives its place on', async () => {
  vi.useFakeTimers();
  const { begun } = starts(new StartGate(1, 10_000), 2);
  await vi.advanceTimersByTimeAsync(9_999);
  expect(begun).toEqual([0]);
  await vi.advanceTimersByTimeAsync(1);
  expect(begun).toEqual([0, 1]);
});

test.each([
  [1, 1],
  [2, 1],
  [8, 4],
])('on %i cores %i browsers start at once, and simulated ones do not wait for them', async (cores, width) => {
  const gates = startGates(cores);
  const browsers = starts(gates['whatsapp-web.js'], 9);
  const simulated = starts(gates.sandbox, 9);
  await turn();
  expect([browsers.begun.length, simulated.begun.length]).toEqual([width, 4]);
});
