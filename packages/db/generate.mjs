import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * `prisma generate` without a network: its command line wants to download an engine which generating does not use,
 * unless it is told where one is. Any existing executable will do.
 */
const root = fileURLToPath(new URL('../../', import.meta.url));
const manifest = createRequire(import.meta.url).resolve('prisma/package.json');
const cli = join(dirname(manifest), 'build', 'index.js');
const { status } = spawnSync(process.execPath, [cli, 'generate', '--no-hints', ...process.argv.slice(2)], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' },
});
process.exitCode = status ?? 1;
