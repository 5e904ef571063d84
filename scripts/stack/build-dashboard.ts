import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { sourcesHash } from './sources-hash.ts';

/**
 * Builds packages/dashboard when its sources, or what it imports, changed since the last build. Several stacks may do so
 * at once (tests do): each builds beside, and puts the whole in place.
 */
export async function buildDashboard(root: string, say: (line: string) => void): Promise<void> {
  const folder = join(root, 'packages', 'dashboard');
  if (!existsSync(join(folder, 'index.html'))) return;
  const dist = join(folder, 'dist');
  const lock = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8').length;
  const wanted = `${sourcesHash(root, ['packages/dashboard', 'packages/contracts', 'packages/domain'])}-${lock}`;
  if (isBuilt(dist, wanted)) return;
  say('Building the dashboard (only after changes) …');
  const beside = mkdtempSync(join(folder, 'node_modules', '.dist-'));
  try {
    const fresh = join(beside, 'dist');
    await run(join(folder, 'node_modules', '.bin', 'vite'), ['build', '--logLevel', 'warn', '--outDir', fresh], folder);
    writeFileSync(join(fresh, STAMP), wanted);
    await putInPlace(fresh, dist, join(beside, 'old'), wanted);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}

const STAMP = '.sources';

function isBuilt(dist: string, wanted: string): boolean {
  const stamp = join(dist, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
}

/** Two renames, between which somebody else may come; whoever is last or first, it is the same that stands there. */
async function putInPlace(fresh: string, dist: string, old: string, wanted: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      if (existsSync(dist)) renameSync(dist, `${old}-${tries}`);
      renameSync(fresh, dist);
      return;
    } catch (error) {
      if (isBuilt(dist, wanted)) return;
      if (tries === 20) throw error;
      await setTimeout(50);
    }
  }
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
