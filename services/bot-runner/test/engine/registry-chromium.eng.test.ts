import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { provideChromium } from '@wbm/chromium';
import { expect, test } from 'vitest';
import { world } from './a-chat.ts';
import { aFolder } from './an-engine.ts';
import { aReadyEngine } from './world.ts';

const run = promisify(execFile);
const asks = `import { unpackChromium } from '@wbm/chromium'; process.stdout.write(await unpackChromium(process.argv[1]))`;
const here = fileURLToPath(new URL('.', import.meta.url));

test('with no Chromium on the machine the registry’s is unpacked once, and a session gets ready with it', async () => {
  const cacheDir = aFolder('chromium-cache');
  // Three runners that are started at the same moment.
  const paths = await Promise.all(
    [1, 2, 3].map(async () => {
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', asks, cacheDir], { cwd: here });
      return stdout;
    }),
  );
  expect(new Set(paths).size).toBe(1);
  expect(readdirSync(cacheDir)).toHaveLength(1);

  const chromium = await provideChromium({ named: null, cacheDir, there: () => false });
  expect(chromium).toEqual({ path: paths[0], shell: true });
  const place = await world.aPlace({ chromiumPath: chromium?.path ?? null });
  const engine = await aReadyEngine(place);
  const ana = place.customer({ phone: '+5511987650001', name: 'Ana' });
  expect(
    await engine.call('send', { jid: ana.jid, text: 'hello', waMessageId: '3EB00000000000000001', media: null }),
  ).toEqual({ outcome: 'sent' });
});
