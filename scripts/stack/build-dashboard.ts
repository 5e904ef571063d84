import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourcesHash } from './sources-hash.ts';

/** Builds packages/dashboard when its sources, or what it imports, changed since the last build. */
export async function buildDashboard(root: string, say: (line: string) => void): Promise<void> {
  const folder = join(root, 'packages', 'dashboard');
  if (!existsSync(join(folder, 'index.html'))) return;
  const stamp = join(folder, 'dist', '.sources');
  const lock = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8').length;
  const wanted = `${sourcesHash(root, ['packages/dashboard', 'packages/contracts', 'packages/domain'])}-${lock}`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('Building the dashboard (only after changes) …');
  await run(join(folder, 'node_modules', '.bin', 'vite'), ['build', '--logLevel', 'warn'], folder);
  writeFileSync(stamp, wanted);
}

function run(command: string, args: string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NODE_ENV: 'production' };
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`The dashboard could not be built:\n${output.trim()}`));
    });
  });
}
