import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium } from '@wbm/chromium';
import { waitFor } from '@wbm/testkit';
import { describe, expect, test } from 'vitest';
import { aChat, asideOf, profileOf, world } from './a-chat.ts';
import { aFolder, type EngineUnderTest } from './an-engine.ts';
import type { WebPlace } from './web-world.ts';

/** Long enough for what is linked to be on the disk. */
async function aStoredSession(wanted: Parameters<typeof aChat>[0] = {}) {
  const { place, engine, phone } = await aChat(wanted);
  await engine.stop();
  const profile = profileOf(place.settings);
  await waitFor(async () => existsSync(join(profile, 'Default', 'Local Storage')), { what: 'the stored session' });
  return { place, phone, profile };
}

function garble(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) writeFileSync(join(entry.parentPath, entry.name), randomBytes(4_096));
  }
}

function fileInsteadOf(path: string): void {
  rmSync(path, { recursive: true, force: true });
  writeFileSync(path, 'not a folder');
}

/** It says why, keeps what was there, can be linked again, and that is kept. */
async function isLinkedAnew(place: WebPlace, engine: EngineUnderTest, why: RegExp): Promise<void> {
  const { qr, reason } = await engine.hears('qr');
  expect(reason).toMatch(why);
  expect(reason).toMatch(/put aside. Scan the code/);
  expect(asideOf(place.settings)).toEqual([expect.stringMatching(/^shop\.damaged\./)]);
  await place.scan(qr);
  await engine.hears('ready');
  await engine.stop();
  const again = await place.start();
  await again.hears('ready');
  expect(again.of('qr')).toEqual([]);
  expect(asideOf(place.settings)).toHaveLength(1);
}

describe('a stored session that is of no use', () => {
  test.each<[string, (profile: string) => void, RegExp]>([
    [
      'garbage in the page’s storage',
      (profile) => garble(join(profile, 'Default', 'Local Storage')),
      /files are damaged/,
    ],
    ['garbage in every file', garble, /files are damaged/],
    ['a file where a folder was', (profile) => fileInsteadOf(join(profile, 'Default')), /files are damaged/],
    ['no folder at all', fileInsteadOf, /is no session/],
  ])('%s', async (_, spoil, why) => {
    const { place, profile } = await aStoredSession();
    spoil(profile);
    await isLinkedAnew(place, await place.start(), why);
  });

  test('the phone unlinked it while it was stopped', async () => {
    const { place, phone } = await aStoredSession();
    phone.unlink();
    await isLinkedAnew(place, await place.start(), /the phone has unlinked this device/);
  });

  test('a code that was never scanned is no damage', async () => {
    const place = await world.aPlace();
    const engine = await place.start();
    await engine.hears('qr');
    await engine.stop();
    const again = await place.start();
    expect((await again.hears('qr')).reason).toBeUndefined();
    expect(asideOf(place.settings)).toEqual([]);
  });

  test('Chromium does not start with it, or does not start at all', async () => {
    const browser = aBrowserThatMayFail();
    const { place, profile } = await aStoredSession({ chromiumPath: browser.path });
    browser.startsNever(true);
    const without = await place.start();
    expect(await without.hears('failure')).toMatchObject({
      fatal: false,
      reason: expect.stringMatching(/^Chromium did not start/),
    });
    await without.kill();
    expect(asideOf(place.settings)).toEqual([]);

    browser.startsNever(false);
    browser.poison(profile);
    await isLinkedAnew(place, await place.start(), /does without it/);
    expect(readdirSync(place.settings.sessionsDir).filter((name) => name.includes('probe'))).toEqual([]);
  });
});

/** The real browser behind a script, which refuses to run on a profile with a poisoned file, or where it is told to, at all. */
function aBrowserThatMayFail() {
  const folder = aFolder('browser');
  const real = findChromium(null)?.path ?? process.env.CHROMIUM_PATH ?? '';
  const path = join(folder, /headless[-_]shell/.test(real) ? 'headless-shell' : 'chromium');
  const never = join(folder, 'never');
  const script = `#!/bin/sh
[ -e '${never}' ] && exit 1
for arg in "$@"; do
  case "$arg" in --user-data-dir=*) [ -e "\${arg#--user-data-dir=}/poison" ] && exit 1 ;; esac
done
exec '${real}' "$@"
`;
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return {
    path,
    startsNever: (on: boolean) => (on ? writeFileSync(never, '') : rmSync(never)),
    poison: (profile: string) => writeFileSync(join(profile, 'poison'), ''),
  };
}
