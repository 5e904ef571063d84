// Installs the workspace and generates the Prisma client, each only when what it depends on has changed.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { withLock } from './lock.mjs';
import { root, run } from './toolchain.mjs';

/** `pnpm install --frozen-lockfile` when the lockfile or a package.json changed since the last one. */
export async function installDependencies(toolchain) {
  const stamp = join(root, 'node_modules', '.installed');
  const wanted = digest(manifests(), [process.platform, process.arch]);
  if (read(stamp) === wanted) return;
  await withLock(join(root, '.data', 'install.lock'), async () => {
    if (read(stamp) === wanted) return;
    const began = Date.now();
    console.log('› Installing dependencies …');
    // CI keeps pnpm from asking questions, NODE_ENV from leaving out what checks and builds need.
    const env = { ...toolchain.env, CI: 'true', NODE_ENV: 'development' };
    await run(toolchain.pnpm, ['install', '--frozen-lockfile'], { cwd: root, env }).catch(() => {
      throw new Error(
        'The dependencies could not be installed; pnpm says why above. ' +
          'After changing a package.json, run `npm run pnpm -- install` to bring the lockfile up to date.',
      );
    });
    writeFileSync(stamp, wanted);
    console.log(`› Dependencies are in place (${Math.round((Date.now() - began) / 1000)} s).`);
  });
}

/** `pnpm run generate` in packages/db when the schema changed since the last one. */
export async function generateClient(toolchain) {
  const directory = join(root, 'packages', 'db');
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  if (!manifest.scripts?.generate) return;
  const stamp = join(directory, 'src', 'generated', '.schema-hash');
  const sources = [join(root, 'prisma', 'schema.prisma'), join(root, 'prisma.config.ts'), join(root, '.node-version')];
  const wanted = digest(sources.filter(existsSync), [read(join(root, 'node_modules', '.installed'))]);
  if (read(stamp) === wanted) return;
  await withLock(join(root, '.data', 'generate.lock'), async () => {
    if (read(stamp) === wanted) return;
    console.log('› Generating the Prisma client …');
    // The schema engine is not used by `generate`, but Prisma would try to download it; any executable stands in.
    const env = { ...toolchain.env, PRISMA_SCHEMA_ENGINE_BINARY: toolchain.node, PRISMA_HIDE_UPDATE_MESSAGE: '1' };
    await run(toolchain.pnpm, ['run', 'generate'], { cwd: directory, env });
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, wanted);
  });
}

/** Every file that decides what an installation looks like. */
function manifests() {
  const files = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', '.node-version'].map((f) => join(root, f));
  for (const group of ['packages', 'services']) {
    for (const name of readdirSync(join(root, group)).sort()) {
      const manifest = join(root, group, name, 'package.json');
      if (existsSync(manifest)) files.push(manifest);
    }
  }
  return files;
}

function digest(files, more) {
  const hash = createHash('sha256').update(JSON.stringify(more));
  for (const file of files) {
    if (statSync(file).isFile()) hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
