// Brings the Node and the pnpm this repository runs on, both as plain packages of the npm registry.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';
import { withoutNpmSettings } from './npm-settings.mjs';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * Returns `{ node, pnpm, env }`: two executables and the environment in which both come first in PATH.
 * The versions are the ones of `.node-version` and of `packageManager` in package.json.
 */
export async function ensureToolchain() {
  const nodeVersion = readFileSync(join(root, '.node-version'), 'utf8').trim();
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const pnpmVersion = packageManager.split('@')[1];
  const windows = process.platform === 'win32';
  const nodePackage = `node-${windows ? 'win' : process.platform}-${process.arch}`;

  const home = join(root, '.data', 'toolchain');
  const directory = join(home, `node-${nodeVersion}-pnpm-${pnpmVersion}-${process.platform}-${process.arch}`);
  const modules = join(directory, 'node_modules');
  const node = join(modules, nodePackage, 'bin', windows ? 'node.exe' : 'node');
  const pnpm = join(modules, '.bin', windows ? 'pnpm.cmd' : 'pnpm');

  if (!existsSync(directory)) {
    await withLock(join(home, 'lock'), async () => {
      if (existsSync(directory)) return;
      console.log(`› Fetching Node ${nodeVersion} and pnpm ${pnpmVersion} (once, into .data/toolchain) …`);
      const part = `${directory}.part`;
      rmSync(part, { recursive: true, force: true });
      mkdirSync(part, { recursive: true });
      writeFileSync(join(part, 'package.json'), '{"private":true}\n');
      const packages = [`${nodePackage}@${nodeVersion}`, `pnpm@${pnpmVersion}`];
      await run(...npm('install', '--no-audit', '--no-fund', '--loglevel=error', '--save-exact', ...packages), {
        cwd: part,
      }).catch((cause) => {
        throw new Error(
          `npm could not fetch ${packages.join(' and ')}. Is the registry in reach, and is there a Node ` +
            `${nodeVersion} for ${process.platform}-${process.arch}?`,
          { cause },
        );
      });
      renameSync(part, directory);
    });
  }

  const path = [dirname(node), join(modules, '.bin'), join(root, 'node_modules', '.bin'), process.env.PATH ?? ''];
  const env = { ...withoutNpmSettings(process.env), PATH: path.join(delimiter) };
  env.TURBO_TELEMETRY_DISABLED = '1';
  env.DO_NOT_TRACK ??= '1';
  return { node, pnpm, env };
}

/** npm as it was called, or the first one in PATH. */
function npm(...args) {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('npm-cli.js')) return [process.execPath, [cli, ...args]];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm', args];
}

/** Runs a command with its output on the terminal; rejects when it fails. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', shell: command.endsWith('.cmd'), ...options });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ended with ${signal ?? `exit code ${code}`}`));
    });
  });
}
