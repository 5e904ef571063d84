import { styleText } from 'node:util';
import { findRoot } from '@wbm/runtime';
import type { Step } from './check/step.ts';
import { steps } from './check/steps.ts';

/** `npm run check [name …]`: proves everything that can be proved without running the product, and says all that fails. */
const root = findRoot();
const names = process.argv.slice(2);
const chosen = steps.filter((step) => names.length === 0 || names.some((name) => step.name.includes(name)));
if (process.connected) process.on('disconnect', () => process.exit(1));

const failed: Step[] = [];
for (const step of chosen) {
  const began = performance.now();
  const problem = await step
    .run(root)
    .catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  const seconds = styleText('dim', `${((performance.now() - began) / 1000).toFixed(1)} s`);
  if (problem === undefined) {
    console.log(`${styleText('green', '✓')} ${step.name} ${seconds}`);
  } else {
    failed.push(step);
    console.log(`${styleText('red', '✗')} ${step.name} ${seconds}\n\n${problem.replace(/^/gm, '    ')}\n`);
  }
}
if (failed.length > 0) {
  console.log(styleText('red', `\n${failed.length} of ${chosen.length} failed:`));
  for (const step of failed) console.log(`  ✗ ${step.name} — ${step.cure}`);
  process.exit(1);
}
console.log(styleText('green', `\nAll ${chosen.length} checks pass.`));
process.exit();
