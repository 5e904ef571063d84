import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findRoot } from '@wbm/runtime';

/**
 * `npm run bench:engines`: how much memory a bot takes, by browser and flags, into docs/engines.md. Takes some minutes.
 * Load on the machine makes it slower and changes the figures little: what is measured is memory.
 */
const root = findRoot();
const benches: Readonly<Record<string, string>> = { engines: 'services/bot-runner/bench' };
const folder = benches[process.argv[2] ?? ''];
if (folder === undefined) {
  console.error(`✗ There is nothing of that name to measure. There is: ${Object.keys(benches).join(', ')}.`);
  process.exit(1);
}
const vitest = spawn(
  process.execPath,
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', join(root, folder)],
  { cwd: root, stdio: 'inherit' },
);
// The launcher tells this process only; vitest must hear of it to stop its children.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => vitest.kill(signal));
if (process.connected) process.on('disconnect', () => vitest.kill('SIGTERM'));
vitest.once('exit', (code) => process.exit(code ?? 1));
