import { createLog } from '@wbm/runtime';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { careRounds } from './care-rounds.ts';

const EVERY_MS = 30_000;

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => vi.useRealTimers());
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

async function rounds() {
  const look = vi.fn(async () => undefined);
  const onRoom = vi.fn();
  const room = { browsers: 0, simulated: 0, carries: 3 };
  const log = createLog({ service: 'test', level: 'silent' });
  const begun = careRounds({ care: { look, room: () => room }, everyMs: EVERY_MS, log, onRoom });
  await pass(0);
  look.mockClear();
  return { ...begun, look, onRoom, room };
}

test('a bot that has become ready is looked at soon, and all that do so together once', async () => {
  const { botReady, look, stop } = await rounds();
  for (let bots = 0; bots < 20; bots += 1) botReady();
  await pass(900);
  botReady();
  expect(look).not.toHaveBeenCalled();
  await pass(600);
  expect(look).toHaveBeenCalledTimes(1);
  botReady();
  await pass(1_500);
  expect(look).toHaveBeenCalledTimes(2);
  await pass(EVERY_MS);
  expect(look).toHaveBeenCalledTimes(3);
  await stop();
});

test('says after a round that there is room, and only then', async () => {
  const { botReady, onRoom, room, stop } = await rounds();
  botReady();
  await pass(1_500);
  expect(onRoom).not.toHaveBeenCalled();
  room.browsers = 1;
  botReady();
  await pass(1_500);
  expect(onRoom).toHaveBeenCalledTimes(1);
  Object.assign(room, { browsers: 0, simulated: 4 });
  await pass(EVERY_MS);
  expect(onRoom).toHaveBeenCalledTimes(2);
  await stop();
});

test('after its end nothing is looked at any more', async () => {
  const { botReady, look, stop } = await rounds();
  botReady();
  await stop();
  await pass(EVERY_MS * 2);
  expect(look).not.toHaveBeenCalled();
});
