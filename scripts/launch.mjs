// The first thing every root verb runs: `node scripts/launch.mjs <verb>`.
//
// It must work with nothing but some Node (18 or newer) and npm on the machine, so it and `launch/*` are plain
// JavaScript without dependencies. It brings Node 24 and pnpm, installs what the lockfile says, generates the Prisma
// client, and hands over to `scripts/<verb>.ts`. Each step leaves a stamp: a second start does none of them.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { handOver } from './launch/hand-over.mjs';
import { generateClient, installDependencies } from './launch/install.mjs';
import { ensureToolchain, root } from './launch/toolchain.mjs';

const [verb, ...args] = process.argv.slice(2);
const script = join(root, 'scripts', `${verb}.ts`);

try {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 18) throw new Error(`Node 18 or newer is needed to start (this is ${process.version}).`);
  if (verb !== 'pnpm' && (!verb || !existsSync(script))) throw new Error(`There is no verb "${verb ?? ''}".`);

  const toolchain = await ensureToolchain();
  if (verb === 'pnpm') {
    // For people who change dependencies on a machine without pnpm: `npm run pnpm -- add …`.
    await handOver(toolchain.pnpm, args, toolchain);
  } else {
    await installDependencies(toolchain);
    await generateClient(toolchain);
    await handOver(toolchain.node, [script, ...args], toolchain);
  }
} catch (error) {
  console.error(`\n✗ ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
