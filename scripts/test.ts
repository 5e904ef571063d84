import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findRoot } from '@wbm/runtime';
import { buildDashboard } from './stack/build-dashboard.ts';
import { ensureChromium } from './stack/ensure-chromium.ts';
import { ensureRedisServer } from './stack/ensure-redis-server.ts';

/**
 * `npm test`: installs what tests need and runs all of them, or those that the arguments name
 * (`npm test -- packages/bus`, `npm test -- --project unit`). Without arguments it leaves out the engines in their
 * browsers, which are `npm run test:engine`.
 */
const root = findRoot();
const say = (line: string) => console.log(`› ${line}`);
const named = process.argv.slice(2);
const args = named.length > 0 ? named : ['--project', '!engine'];
const env = { ...process.env };
delete env.NODE_ENV;
try {
  ensureRedisServer(say);
  if (existsSync(join(root, 'e2e')) && !args.includes('unit')) {
    const chromium = await ensureChromium(join(root, '.data'), say);
    if (chromium) env.CHROMIUM_PATH = chromium;
    await buildDashboard(root, say);
  }
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
const vitest = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...args], {
  cwd: root,
  env,
  stdio: 'inherit',
});
// The launcher tells this process only; vitest must hear of it to stop its workers and servers.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => vitest.kill(signal));
if (process.connected) process.on('disconnect', () => vitest.kill('SIGTERM'));
vitest.once('exit', (code) => process.exit(code ?? 1));
