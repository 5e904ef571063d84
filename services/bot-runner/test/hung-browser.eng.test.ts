import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownPostgres, waitFor } from '@wbm/testkit';
import { expect, test } from 'vitest';
import { browsersOn } from '../src/engine/child/whatsapp-web/profile-users.ts';
import { enginePid } from './a-network.ts';
import { anyChromium } from './engine/a-bare-process.ts';
import { machines } from './machines.ts';

/** A Chromium that does not end when its pipe closes, nor when it is asked to. */
function thatHangs(folder: string): string {
  const path = join(folder, anyChromium.shell ? 'headless-shell' : 'chromium');
  const script = `#!/bin/sh\ntrap : HUP TERM\n'${anyChromium.path}' "$@"\nwhile :; do sleep 60; done\n`;
  writeFileSync(path, script, { mode: 0o755 });
  return path;
}

test('a Chromium that hangs does not outlive its child for long, although no other child can be started', async () => {
  const postgres = await ownPostgres();
  const all = await machines({ database: postgres });
  const runner = await all.start('a', { LEASE_MS: '10000', CHROMIUM_PATH: thatHangs(all.home) });
  const botId = await all.aLinkedBot('+15550200001');
  const browsers = () => browsersOn(join(all.diskOf('a'), 'sessions', `session-${botId}`));
  const child = enginePid(runner, botId);
  expect(browsers().length).toBeGreaterThan(0);
  await postgres.stop('kill');
  // As it ends by its own lease, and before its runner would end it.
  process.kill(child, 'SIGKILL');
  await waitFor(() => browsers().length === 0, { what: 'its Chromium to end', timeoutMs: 15_000 });
  expect(enginePid(runner, botId)).toBe(child);
  await postgres.start();
}, 180_000);
