import { randomBytes } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '@wbm/testkit';
import { expect, test } from 'vitest';
import { machines } from './machines.ts';

test('a session that was damaged on the disk comes back from its copy, without a scan', {
  timeout: 180_000,
}, async () => {
  const all = await machines();
  const runner = await all.start('a');
  const botId = await all.aLinkedBot('+15550400001');
  await all.switchOff(botId);
  await all.net.wake(botId);
  await runner.waitForLog('bot.released', (line) => line.botId === botId, 30_000);
  await waitFor(async () => all.blobsOf(botId).length === 1, { what: 'a copy' });
  const storage = join(all.diskOf('a'), 'sessions', `session-${botId}`, 'Default');
  for (const entry of readdirSync(storage, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) writeFileSync(join(entry.parentPath, entry.name), randomBytes(4_096));
  }
  const from = runner.logs.length;
  await all.net.gateway.bots.setStatus(botId, 'enabled', 'admin@bot.test');
  await all.net.wake(botId);
  await all.net.inState(botId, 'ready', 120_000);
  const since = runner.logs.slice(from).filter((line) => line.botId === botId);
  expect(since.filter((line) => line.event === 'session.restored')).toHaveLength(1);
  expect(since.filter((line) => line.event === 'bot.state' && line.state === 'needs-scan')).toEqual([]);
  await runner.stop();
});
