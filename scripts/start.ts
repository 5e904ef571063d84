import { bootStack, type Stack } from './stack/boot-stack.ts';
import { readSettings } from './stack/settings.ts';
import { summary } from './stack/summary.ts';
import { untilStopped } from './stack/until-stopped.ts';

const began = performance.now();
const say = (line: string) => console.log(`› ${line}`);
const stopped = untilStopped();
let stack: Stack | undefined;
try {
  const booting = bootStack({ ...readSettings(), say });
  const early = await Promise.race([booting.then(() => undefined), stopped]);
  if (early) say('Stopping …');
  stack = await booting;
  if (!early) {
    console.log(summary({ ...stack, seconds: ((performance.now() - began) / 1000).toFixed(1) }));
    const failure = await Promise.race([stopped.then(() => undefined), stack.failed]);
    say(failure ?? 'Stopping …');
    if (failure) process.exitCode = 1;
  }
} catch (error) {
  console.error(`\n✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
await stack?.stop();
process.exit();
