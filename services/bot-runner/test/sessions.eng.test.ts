import { randomBytes } from 'node:crypto';
import { readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningService, waitFor } from '@wbm/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Machines, machines } from './machines.ts';
import { processesNaming } from './processes-naming.ts';

const BY = 'admin@bot.test';

let all: Machines;
beforeAll(async () => {
  all = await machines();
});

const neverScanned = (runner: RunningService, botId: string) =>
  runner.logs.every((line) => line.botId !== botId || line.event !== 'bot.state' || line.state !== 'needs-scan');
const restored = (runner: RunningService) => runner.logs.filter((line) => line.event === 'session.restored');
const anotherKey = () => randomBytes(32).toString('base64');

describe('a session that moves', { timeout: 300_000 }, () => {
  const number = '+15550200001';
  const device = () => all.web.phone(number).device;
  let botId: string;
  let runner: RunningService;

  test('is ready on another machine without a scan, and on the way back the newer one is taken', async () => {
    runner = await all.start('a');
    botId = await all.aLinkedBot(number);
    await runner.stop();
    expect(await all.copies(botId)).toHaveLength(1);
    expect(all.blobsOf(botId)).toEqual([(await all.copies(botId))[0]?.id]);

    runner = await all.start('b');
    await all.ready(runner, botId);
    expect(restored(runner)).toMatchObject([{ botId, fromEpoch: 1, lastRun: 0 }]);
    expect(neverScanned(runner, botId)).toBe(true);
    await runner.stop();

    runner = await all.start('a');
    await all.ready(runner, botId);
    expect(restored(runner)).toMatchObject([{ botId, fromEpoch: 2, lastRun: 1 }]);
    expect(readdirSync(join(all.diskOf('a'), 'sessions', 'aside'))).toHaveLength(1);
    expect(all.web.phone(number).devices).toHaveLength(1);
    expect(device().mostLiveSockets).toBe(1);
  });

  test('a restart keeps a copy and uses what is on the disk', async () => {
    await all.net.gateway.bots.restart(botId, BY);
    await all.net.wake(botId);
    await waitFor(async () => (await all.copies(botId)).length === 3, { what: 'the copy' });
    await all.net.inState(botId, 'ready');
    expect(restored(runner)).toHaveLength(1);
  });

  test('after a kill the last good one is restored elsewhere, and a broken one is passed over', async () => {
    runner.kill('SIGKILL');
    await runner.exited;
    await waitFor(() => processesNaming(`/session-${botId}`).length === 0, { what: 'its Chromium to end' });
    const broken = (await all.copies(botId)).at(-1)?.id ?? '';
    truncateSync(all.pathOfBlob(botId, broken), 5_000);
    runner = await all.start('c');
    await all.ready(runner, botId);
    expect(neverScanned(runner, botId)).toBe(true);
    expect((await all.copies(botId)).find(({ id }) => id === broken)?.void_reason).toBe('unreadable');
    await runner.stop();
    // Three at most, the unreadable one gone, and nothing in the store that is not entered.
    const left = await all.copies(botId);
    expect(left.length).toBeLessThanOrEqual(3);
    expect(left.map(({ void_reason }) => void_reason)).toEqual(left.map(() => null));
    expect(all.blobsOf(botId)).toEqual(left.map(({ id }) => id).sort());
  });

  test('with another key the copies are left alone, and the former key brings them back', async () => {
    runner = await all.start('d', { SESSION_KEY: anotherKey() });
    await all.net.inState(botId, 'needs-scan');
    const left = await all.copies(botId);
    expect(left.map(({ void_reason }) => void_reason)).toEqual(left.map(() => null));
    await runner.stop();
    runner = await all.start('d', { SESSION_KEY: anotherKey(), SESSION_KEY_PREVIOUS: all.env.SESSION_KEY });
    await all.ready(runner, botId);
    expect(all.web.phone(number).devices).toHaveLength(1);
  });

  test('a logout voids all copies', async () => {
    all.web.phone(number).unlink();
    await all.net.inState(botId, 'needs-scan');
    await waitFor(async () => (await all.copies(botId)).length === 0 && all.blobsOf(botId).length === 0, {
      what: 'no copies',
    });
    await all.switchOff(botId);
    await runner.stop();
    expect(await all.copies(botId)).toEqual([]);
  });

  test('without a key nothing is copied, and it is said once', async () => {
    runner = await all.start('a', { SESSION_KEY: '' });
    const other = await all.aLinkedBot('+15550200002');
    await runner.stop();
    expect(await all.copies(other)).toEqual([]);
    expect(runner.logs.filter((line) => line.event === 'sessions.not-copied')).toHaveLength(1);
  });
});
