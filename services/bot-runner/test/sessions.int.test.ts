import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '@wbm/chromium';
import { closeAfterwards, openWhatsAppWeb, type RunningService, type WhatsAppWeb, waitFor } from '@wbm/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { aNetwork, type Network } from './a-network.ts';
import { processesNaming } from './processes-naming.ts';

const BY = 'admin@bot.test';

let net: Network;
let web: WhatsAppWeb;
let env: Record<string, string>;
const home = mkdtempSync(join(tmpdir(), 'wbm-test-sessions-'));
closeAfterwards('folders of the machines', () => rmSync(home, { recursive: true, force: true }));
const blobs = join(home, 'blobs');

beforeAll(async () => {
  [net, web] = await Promise.all([aNetwork(), openWhatsAppWeb()]);
  env = {
    WWEBJS_WEB_VERSION: web.version,
    WWEBJS_WEB_VERSION_CACHE: web.cachePath,
    WWEBJS_EXTRA_BROWSER_FLAGS: web.browserArgs.join('\n'),
    SESSION_KEY: randomBytes(32).toString('hex'),
    BLOB_DIR: blobs,
    // What a run of all tests names is a whole Chromium for pages; bots prefer a headless shell.
    ...(findChromium(null) ? { CHROMIUM_PATH: '' } : {}),
  };
});

/** A runner with a disk of its own; the same name is the same disk. */
const on = (machine: string, more: Record<string, string> = {}) =>
  net.startRunner({ ...env, DATA_DIR: join(home, machine), ...more });
/** Ready in this runner: the row may say so of a former one. */
const ready = (runner: RunningService, botId: string) =>
  runner.waitForLog('bot.state', (line) => line.botId === botId && line.state === 'ready', 60_000);
/** One bot after another, so that none shares its runner with a bot of another test. */
const retire = async (botId: string) => {
  await net.gateway.bots.setStatus(botId, 'disabled', BY);
};

async function aLinkedBot(number: string): Promise<string> {
  const botId = await net.stage.aBot({ engine: 'whatsapp-web.js' });
  await net.wake(botId);
  const waiting = await net.inState(botId, 'needs-scan', 60_000);
  web.phone(number).scan(waiting?.qr ?? '');
  await net.inState(botId, 'ready', 60_000);
  return botId;
}

const copies = (botId: string) =>
  net.stage.query<{ id: string; run_epoch: number; void_reason: string | null }>(
    'select id, run_epoch, void_reason from session_snapshots where bot_id = $1 order by created_at',
    [botId],
  );
const blobsOf = (botId: string) => readdirSync(join(blobs, 'sessions', net.stage.workspaceId, botId));
const pathOf = (botId: string, id: string) => join(blobs, 'sessions', net.stage.workspaceId, botId, id);
const neverScanned = (runner: RunningService, botId: string) =>
  runner.logs.every((line) => line.botId !== botId || line.event !== 'bot.state' || line.state !== 'needs-scan');
/** All below a folder whose name tells of the bot. */
const naming = (botId: string, folder: string) =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((path) => path.includes(botId));

describe('a session that moves', () => {
  const number = '+15550200001';
  let botId: string;
  let runner: RunningService;

  test('is ready on another machine without a scan, and on the way back the newer one is taken', async () => {
    runner = await on('a');
    botId = await aLinkedBot(number);
    await runner.stop();
    expect(await copies(botId)).toHaveLength(1);
    expect(blobsOf(botId)).toEqual([(await copies(botId))[0]?.id]);

    runner = await on('b');
    await ready(runner, botId);
    expect(runner.logs.find((line) => line.event === 'session.restored')).toMatchObject({ botId, fromEpoch: 1 });
    expect(neverScanned(runner, botId)).toBe(true);
    await runner.stop();

    runner = await on('a');
    await ready(runner, botId);
    expect(runner.logs.find((line) => line.event === 'session.restored')).toMatchObject({
      botId,
      fromEpoch: 2,
      lastRun: 1,
    });
    expect(readdirSync(join(home, 'a', 'sessions', 'aside'))).toHaveLength(1);
    expect(web.phone(number).devices).toHaveLength(1);
    expect(web.phone(number).device.mostLiveSockets).toBe(1);
  });

  test('a restart keeps a copy, and the disk stays what it is', async () => {
    const before = (await copies(botId)).length;
    await net.gateway.bots.restart(botId, BY);
    await net.wake(botId);
    await waitFor(async () => (await copies(botId)).length === Math.min(3, before + 1), { what: 'the copy' });
    await net.inState(botId, 'ready', 60_000);
    expect(runner.logs.filter((line) => line.event === 'session.restored')).toHaveLength(1);
  });

  test('after a kill the last good one is restored elsewhere, and a broken one is passed over', async () => {
    runner.kill('SIGKILL');
    await runner.exited;
    await waitFor(() => processesNaming(`/session-${botId}`).length === 0, { what: 'its Chromium to end' });
    const [newest] = (await copies(botId)).slice(-1);
    truncateSync(pathOf(botId, newest?.id ?? ''), 5_000);
    runner = await on('c');
    await ready(runner, botId);
    expect(neverScanned(runner, botId)).toBe(true);
    expect((await copies(botId)).find(({ id }) => id === newest?.id)).toMatchObject({ void_reason: 'unreadable' });
    await runner.stop();
    // Three at most, the unreadable one gone, and nothing in the store that is not entered.
    const left = await copies(botId);
    expect(left.length).toBeLessThanOrEqual(3);
    expect(left.every(({ void_reason }) => void_reason === null)).toBe(true);
    expect(blobsOf(botId).sort()).toEqual(left.map(({ id }) => id).sort());
  });

  test('with another key the disk is used, copies are kept, and the key’s return brings them back', async () => {
    runner = await on('d', { SESSION_KEY: randomBytes(32).toString('base64') });
    await net.inState(botId, 'needs-scan', 60_000);
    expect((await copies(botId)).every(({ void_reason }) => void_reason === null)).toBe(true);
    await runner.stop();
    runner = await on('d', {
      SESSION_KEY: randomBytes(32).toString('base64'),
      SESSION_KEY_PREVIOUS: env.SESSION_KEY ?? '',
    });
    await ready(runner, botId);
    expect(web.phone(number).devices).toHaveLength(1);
  });

  test('a logout voids all copies', async () => {
    web.phone(number).unlink();
    await net.inState(botId, 'needs-scan', 60_000);
    await waitFor(async () => (await copies(botId)).length === 0 && blobsOf(botId).length === 0, { what: 'no copies' });
    await retire(botId);
    await runner.stop();
    expect(await copies(botId)).toEqual([]);
  });

  test('without a key nothing is copied, and it is said once', async () => {
    runner = await on('a', { SESSION_KEY: '' });
    const other = await aLinkedBot('+15550200002');
    await runner.stop();
    expect(await copies(other)).toEqual([]);
    expect(runner.logs.filter((line) => line.event === 'sessions.not-copied')).toHaveLength(1);
    await retire(other);
  });
});

void naming;
