import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { processStamp } from '@wbm/chromium';
import { waitFor } from '@wbm/testkit';
import { describe, expect, test } from 'vitest';
import { browsersOn } from '../../src/engine/child/whatsapp-web/profile-users.ts';
import { processesNaming } from '../processes-naming.ts';
import { aChat, profileOf, world } from './a-chat.ts';

describe('processes and files', () => {
  test('a killed child leaves no Chromium, and the session', async () => {
    const { place, engine } = await aChat();
    await engine.kill();
    await waitFor(async () => browsersOn(profileOf(place.settings)).length === 0, { what: 'Chromium to end' });
    const again = await place.start();
    await again.hears('ready');
  });

  test('a Chromium that cannot end by itself is ended by the next start', async () => {
    const { place, engine } = await aChat();
    const profile = profileOf(place.settings);
    const [browser = 0] = browsersOn(profile);
    expect(browser).toBeGreaterThan(1);
    process.kill(browser, 'SIGSTOP');
    // Not by its runner, then.
    await engine.kill(600_000);
    expect(browsersOn(profile)).toEqual([browser]);
    const again = await place.start();
    await again.hears('ready');
    // The stopped one had its connection until it was ended.
    expect(place.phone.device.mostLiveSockets).toBe(1);
    expect(browsersOn(profile)).not.toContain(browser);
  });

  test('one that hangs is killed soon when its session is not ours any more', async () => {
    const { place, engine } = await aChat();
    const [browser = 0] = browsersOn(profileOf(place.settings));
    process.kill(browser, 'SIGSTOP');
    await engine.kill(1_000);
    await waitFor(async () => browsersOn(profileOf(place.settings)).length === 0, {
      what: 'the Chromium that hangs to be gone',
    });
    await waitFor(() => place.phone.device.liveSockets === 0, { what: 'its connection to be gone' });
  });

  test('twenty starts and stops leave no process, no file handle and no folder behind', async () => {
    const { place, engine } = await aChat();
    // Other tests' browsers, which may run beside this one, name their folders after their driver.
    const ours = (name: string) => /puppeteer|chromium|org\./i.test(name) && !name.startsWith('playwright');
    const folders = () => readdirSync(tmpdir()).filter(ours).length;
    await engine.stop();
    // This process is their runner: pipes and channels to children are its own.
    const handles = () => readdirSync('/proc/self/fd').length;
    await waitFor(() => place.phone.device.liveSockets === 0, { what: 'the page to be gone' });
    const before = folders();
    const handlesBefore = handles();
    for (let round = 0; round < 20; round += 1) {
      const next = await place.start();
      await next.hears('ready');
      await next.stop();
    }
    expect(processesNaming(profileOf(place.settings))).toEqual([]);
    expect(folders()).toBeLessThanOrEqual(before);
    await waitFor(() => handles() <= handlesBefore, { what: `${handles()} handles to be ${handlesBefore} again` });
    expect(readdirSync(place.settings.sessionsDir)).toEqual(['session-shop']);
  }, 600_000);

  test('locks of another computer and a lock of a process that is gone are no obstacle', async () => {
    const { place, engine } = await aChat();
    await engine.stop();
    const lock = join(place.settings.sessionsDir, 'session-shop.lock');
    const { pid } = spawnSync(process.execPath, ['--version']);
    for (const holder of [
      { host: 'elsewhere', pid: process.pid, stamp: processStamp(process.pid) },
      { host: hostname(), pid, stamp: '1' },
    ]) {
      writeFileSync(lock, JSON.stringify(holder));
      const again = await place.start();
      await again.hears('ready');
      await again.stop();
    }
  });

  test('no Chromium', async () => {
    const without = await world.aPlace({ chromiumPath: '/nowhere' });
    expect(await (await without.start()).hears('failure')).toMatchObject({
      fatal: true,
      reason: expect.stringMatching(/^CHROMIUM_PATH names no program/),
    });
  });
});
