import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { unpackChromium } from '@wbm/chromium';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'chromium-headless-shell'];

/**
 * The path of a Chromium: `CHROMIUM_PATH`, or one in PATH, or the one of the registry package unpacked below `home`;
 * where that does not run, one installed from Debian's packages if we may. Undefined when there is none to be had; a
 * test that needs one then fails and says so.
 */
export async function ensureChromium(home: string, say: (line: string) => void): Promise<string | undefined> {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  const present = find();
  if (present) return present;
  const unpacked = await unpackChromium(join(home, 'cache', 'chromium'));
  if (unpacked) return unpacked;
  const prefix = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  say('Installing chromium with apt-get (once, for the tests of the pages) …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-q'],
    ['install', '-y', '-q', '--no-install-recommends', 'chromium'],
  ]) {
    const [command = '', ...rest] = [...prefix, 'apt-get', ...args];
    spawnSync(command, rest, { stdio: 'ignore', env });
  }
  return find();
}

function find(): string | undefined {
  for (const name of names) {
    for (const directory of [...(process.env.PATH ?? '').split(delimiter), '/usr/bin']) {
      try {
        accessSync(join(directory, name), constants.X_OK);
        return join(directory, name);
      } catch {
        // Not here.
      }
    }
  }
  return undefined;
}
