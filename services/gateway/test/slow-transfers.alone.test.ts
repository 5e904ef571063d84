import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '@wbm/testkit';
import { beforeAll, expect, it } from 'vitest';
import { aFormInParts } from './a-file.ts';
import { aFilePlace, type FilePlace } from './a-file-place.ts';

/** A busy machine may stop for some seconds, and is not silent for that. */
const timings = { silenceMs: 6_000, totalMs: 18_000, restMs: 1_000 };

let world: FilePlace;
beforeAll(async () => {
  world = await aFilePlace({ transferTimings: timings });
});

/** A little of it, again and again, while `goes`; so quickly that nobody is silent. */
async function drip(give: () => unknown, goes: () => boolean) {
  while (goes()) {
    give();
    await pause(timings.silenceMs / 10);
  }
}
const forMs = (ms: number) => {
  const end = performance.now() + ms;
  return () => performance.now() < end;
};
/** A connection on which somebody began to say something, and whether the gateway ended it. */
async function aTalker(said: string): Promise<{ socket: Socket; answer: () => string; isOver: () => boolean }> {
  const { hostname, port } = new URL(world.gateway.url);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  let answer = '';
  socket.on('data', (data) => {
    answer += String(data);
  });
  await once(socket, 'connect');
  socket.write(said);
  return { socket, answer: () => answer, isOver: () => socket.destroyed };
}
const nothingStays = async (what: string) =>
  waitFor(async () => JSON.stringify(await world.kept()) === '{"rows":0,"files":0}', { what });
const begun = () => waitFor(async () => (await world.kept()).rows === 1, { what: 'the upload to begin' });

it('an upload that is silent for too long is given up, and leaves nothing', async () => {
  const form = aFormInParts();
  const answer = world.upload(form.body, { headers: form.headers }).catch(() => 'cut off');
  await begun();
  expect(await answer).toBe('cut off');
  await nothingStays('the silent upload to be forgotten');
});

it('one that comes a little at a time may take long, and no longer than that', async () => {
  const endless = aFormInParts();
  const answer = world.upload(endless.body, { headers: endless.headers }).then(
    ({ status }) => status,
    () => 'cut off',
  );
  await begun();
  let over = false;
  void answer.then(() => {
    over = true;
  });
  await drip(
    () => void endless.give('x').catch(() => undefined),
    () => !over,
  );
  expect([503, 'cut off']).toContain(await answer);
  await nothingStays('the endless upload to be forgotten');

  const slow = aFormInParts();
  const kept = world.upload(slow.body, { headers: slow.headers });
  await drip(() => void slow.give('x'), forMs(timings.silenceMs * 1.5));
  slow.end();
  expect((await kept).status).toBe(201);
});

it.each([
  ['who may not upload, and goes on and on,', 'POST /api/uploads', 'multipart/form-data; boundary=b', /^HTTP\/1.1 401/],
  ['who asks for what is not there, and goes on and on,', 'POST /api/nothing', 'application/json', /^HTTP\/1.1 404/],
])('%s is hung up on', async (_who, request, type, answer) => {
  const began = performance.now();
  const talker = await aTalker(
    `${request} HTTP/1.1\r\nhost: x\r\ncontent-type: ${type}\r\ncontent-length: 9000\r\n\r\n`,
  );
  await drip(
    () => talker.socket.write('x'),
    () => !talker.isOver(),
  );
  expect(talker.answer()).toMatch(answer);
  expect(performance.now() - began).toBeLessThan(timings.totalMs);
});
