import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Fonts and libraries of its own where the machine has none; `exec`, so that whoever starts it can stop it. */
const starter = `#!/bin/sh
here=$(dirname "$0")
[ -d /etc/fonts ] || export FONTCONFIG_PATH="$here/fonts"
"$here/chromium" --version >/dev/null 2>&1 || export LD_LIBRARY_PATH="$here/al2023/lib\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
exec "$here/chromium" "$@"
`;

/**
 * The path of the Chromium that comes as a package of the registry (a headless shell, for Linux on x64; undefined
 * elsewhere), unpacked once below `home`.
 */
export async function unpackChromium(home: string): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const entry = fileURLToPath(import.meta.resolve('@sparticuz/chromium'));
  const version = /@sparticuz\+chromium@([^/_]+)/.exec(entry)?.[1] ?? 'any';
  const folder = join(home, `chromium-${version}`);
  const path = join(folder, 'chromium-headless-shell');
  if (existsSync(path)) return path;
  const part = `${folder}.${process.pid}.part`;
  mkdirSync(part, { recursive: true });
  // The package unpacks into the temporary folder and takes what it finds there, whoever put it; so it gets one of ours.
  const before = process.env.TMPDIR;
  process.env.TMPDIR = part;
  try {
    const { default: chromium, inflate } = await import('@sparticuz/chromium');
    await chromium.executablePath();
    await inflate(join(dirname(entry), '..', 'bin', 'al2023.tar.br'));
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  writeFileSync(join(part, 'chromium-headless-shell'), starter, { mode: 0o755 });
  rmSync(folder, { recursive: true, force: true });
  renameSync(part, folder);
  return path;
}
