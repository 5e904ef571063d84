import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '@wbm/testkit';
import { describe, expect, test } from 'vitest';
import { browsersOn } from '../../src/engine/child/whatsapp-web/profile-users.ts';
import { processesNaming } from '../processes-naming.ts';
import { aBareProcess, aLinkedBareProcess, anyChromium, wholeChromium } from './a-bare-process.ts';
import { ANA, aChat, anId, profileOf, world } from './a-chat.ts';
import { aFolder } from './an-engine.ts';
import { aReadyEngine } from './world.ts';

/** What signals, orphans and locks do to the library as it comes (*bare*), and to ours; two on one session are in `keeping-the-link`. */
const NOTHING_MS = 3_000;
/** After so long Chromium has written a link to its disk. */
const WRITTEN_MS = 8_000;

describe('signals to end', () => {
  test.each(['SIGTERM', 'SIGHUP'] as const)(
    'bare: %s kills its Chromium and its process goes on for ever',
    async (signal) => {
      const bare = aBareProcess(await world.open());
      await bare.hears('qr');
      bare.kill(signal);
      await waitFor(async () => browsersOn(bare.profile).length === 0, { what: 'Chromium to be killed' });
      await pause(NOTHING_MS);
      expect(bare.isRunning()).toBe(true);
    },
  );

  test('bare: SIGINT ends it before it can end in order', async () => {
    const bare = aBareProcess(await world.open(), { endsInOrder: true });
    await bare.hears('qr');
    bare.kill('SIGINT');
    expect(await bare.ended).toEqual({ code: 130, signal: null });
    expect(bare.told.map(({ event }) => event)).not.toContain('ended-in-order');
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ours: %s to the child is left to its runner', async (signal) => {
    const place = await world.aPlace();
    const engine = await aReadyEngine(place);
    process.kill(engine.child.pid ?? 0, signal);
    const ana = place.customer(ANA);
    const sent = await engine.call('send', { jid: ana.jid, text: 'still here', waMessageId: anId(), media: null });
    expect(sent).toEqual({ outcome: 'sent' });
    await engine.stop();
    const again = await place.start();
    await again.hears('ready');
    expect(again.of('qr')).toEqual([]);
  });
});

describe('kill -9', () => {
  test('bare: its Chromium stays, and is in the way of the next start', async () => {
    const bare = await aLinkedBareProcess(await world.open());
    await pause(WRITTEN_MS);
    bare.kill('SIGKILL');
    await bare.ended;
    await pause(NOTHING_MS);
    expect(browsersOn(bare.profile)).toHaveLength(1);
    const again = aBareProcess(await world.open(), { folder: bare.folder });
    if (anyChromium.shell) {
      await again.hears('qr');
      expect(browsersOn(bare.profile)).toHaveLength(2);
    } else expect(await again.hears('refused')).toMatch(/already running/);
  });

  test('ours: its Chromium ends by itself within ten seconds, and the next start needs no scan', async () => {
    const { place, engine } = await aChat();
    expect(browsersOn(profileOf(place.settings))).toHaveLength(1);
    await engine.kill();
    await waitFor(async () => processesNaming(profileOf(place.settings)).length === 0, {
      what: 'all of Chromium to end',
      timeoutMs: 10_000,
    });
    const again = await place.start();
    await again.hears('ready');
    expect(again.of('qr')).toEqual([]);
  });
});

describe('a lock that an earlier Chromium left', () => {
  const locks = (profile: string, holder: string) => {
    mkdirSync(profile, { recursive: true });
    symlinkSync(holder, join(profile, 'SingletonLock'));
  };
  const aDeadProcess = () => spawnSync(process.execPath, ['--version']).pid;

  test.each([
    ['a process that is gone', aDeadProcess],
    ['a process that is no Chromium', () => process.pid],
  ])('of this machine, of %s: bare and ours start', async (_, pid) => {
    const holder = `${hostname()}-${pid()}`;
    const folder = aFolder('bare');
    locks(join(folder, 'session-bare'), holder);
    const bare = aBareProcess(await world.open(), { folder, chromium: wholeChromium });
    await bare.hears('qr');
    const place = await world.aPlace({ chromiumPath: wholeChromium.path });
    locks(profileOf(place.settings), holder);
    await aReadyEngine(place);
  });

  test('of another machine: bare does not start', async () => {
    const folder = aFolder('bare');
    locks(join(folder, 'session-bare'), 'another-machine-4711');
    const bare = aBareProcess(await world.open(), { folder, chromium: wholeChromium });
    // A headless shell looks at no lock, and so has none that could protect a session.
    if (wholeChromium.shell) await bare.hears('qr');
    else expect(await bare.hears('refused')).toMatch(/in use|already running|Failed to launch/);
  });

  test('of another machine: ours starts', async () => {
    const place = await world.aPlace({ chromiumPath: wholeChromium.path });
    locks(profileOf(place.settings), 'another-machine-4711');
    await aReadyEngine(place);
  });
});

describe('a program that only starts Chromium, as distributions have them', () => {
  /** A shell that waits for the Chromium it started: not the process that holds the session. */
  const aWrapper = () => {
    const path = join(aFolder('wrapper'), anyChromium.shell ? 'chromium-headless-shell' : 'chromium');
    writeFileSync(path, `#!/bin/sh\n'${anyChromium.path}' "$@"\n`, { mode: 0o755 });
    return path;
  };

  test('bare: killing what it started kills the wrapper only', async () => {
    const chromium = { path: aWrapper(), shell: anyChromium.shell };
    const bare = aBareProcess(await world.open(), { chromium });
    await bare.hears('qr');
    const wrapper = Number(await bare.hears('browser'));
    expect(wrapper).toBeGreaterThan(1);
    process.kill(wrapper, 'SIGKILL');
    await pause(NOTHING_MS);
    expect(browsersOn(bare.profile)).toHaveLength(1);
    // Its own group still has its number.
    process.kill(-wrapper, 'SIGKILL');
  });

  test('ours: a Chromium that hangs is killed with all of its group', async () => {
    const place = await world.aPlace({ chromiumPath: aWrapper() });
    const engine = await aReadyEngine(place);
    const profile = profileOf(place.settings);
    const browsers = browsersOn(profile);
    expect(browsers).not.toEqual([]);
    for (const pid of processesNaming(profile)) process.kill(pid, 'SIGSTOP');
    await engine.call('stop', {});
    // All are killed at once; those that nobody waits for are gone a moment later.
    await waitFor(() => processesNaming(profile).length === 0, {
      what: 'all of its group to be gone',
    });
  });
});
