import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeAfterwards, openWhatsAppWeb, type WhatsAppWeb } from '@wbm/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { aNetwork } from './a-network.ts';
import { webEnv } from './web-env.ts';

let web: WhatsAppWeb;
beforeAll(async () => {
  web = await openWhatsAppWeb();
});

/** A runner whose disk has been prepared for a bot that it then takes, and no other. */
async function onDisk(prepare: (dataDir: string, botId: string) => void) {
  const dataDir = mkdtempSync(join(tmpdir(), 'wbm-test-disk-'));
  closeAfterwards('folder of a broken disk', () => rmSync(dataDir, { recursive: true, force: true }));
  const net = await aNetwork();
  const botId = await net.stage.aBot({ engine: 'whatsapp-web.js' });
  prepare(dataDir, botId);
  const runner = await net.startRunner({
    DATA_DIR: dataDir,
    ...webEnv(web),
  });
  closeAfterwards('runner on a broken disk', () => runner.stop());
  return { net, botId, dataDir, runner };
}

describe('a session that the disk does not give', () => {
  test('something else is in the place of all sessions: said, and tried until it is gone', async () => {
    const { net, botId, dataDir, runner } = await onDisk((dir) => writeFileSync(join(dir, 'sessions'), ''));
    const shown = await net.inState(botId, 'reconnecting');
    expect(shown?.stateReason).toMatch(/something else is in its place/);
    rmSync(join(dataDir, 'sessions'));
    await net.inState(botId, 'needs-scan');
    await runner.stop();
  });

  test('a file in the place of the session is put aside, and a code says why', async () => {
    const { net, botId, dataDir, runner } = await onDisk((dir, id) => {
      mkdirSync(join(dir, 'sessions'));
      writeFileSync(join(dir, 'sessions', `session-${id}`), 'no folder');
    });
    const shown = await net.inState(botId, 'needs-scan');
    expect(shown?.stateReason).toMatch(/is no session/);
    expect(readdirSync(join(dataDir, 'sessions', 'aside'))).toEqual([expect.stringContaining(`${botId}.damaged.`)]);
    await runner.stop();
  });

  test('a folder that is newer than the database is not used, and what to do is said', async () => {
    const { net, botId, runner } = await onDisk((dir, id) => {
      mkdirSync(join(dir, 'sessions'));
      writeFileSync(join(dir, 'sessions', `session-${id}.epoch`), '900');
    });
    const shown = await net.inState(botId, 'reconnecting');
    expect(shown?.stateReason).toMatch(/newer than the database/);
    await runner.stop();
  });
});
