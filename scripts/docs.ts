import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findRoot } from '@wbm/runtime';
import { generatedFiles } from './docs/generated-files.ts';

/** `npm run docs`: writes what is generated from the code. `npm run check` fails when one of them is stale. */
const root = findRoot();
for (const [path, text] of await generatedFiles(root)) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  console.log(`› ${path}`);
}
process.exit();
