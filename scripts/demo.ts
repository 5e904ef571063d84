import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { playDemo } from './demo/play.ts';
import { bootStack, type Stack } from './stack/boot-stack.ts';
import { untilStopped } from './stack/until-stopped.ts';

/** `npm run demo`: what `npm start` boots, on data of its own that is thrown away, and one conversation through it. */
const say = (line: string) => console.log(styleText('dim', `› ${line}`));
const dataDir = mkdtempSync(join(tmpdir(), 'wbm-demo-'));
const colors = { customer: 'green', bot: 'cyan', lead: 'yellow', vendor: 'magenta' } as const;
const tell = (who: string, what: string) => {
  const color = colors[who as keyof typeof colors];
  console.log(`${styleText(color, who.padStart(9))}  ${what}`);
};

let stack: Stack | undefined;
try {
  stack = await bootStack({ dataDir, port: 0, say });
  console.log();
  const { links } = stack;
  const stopped = untilStopped().then(() => {
    throw new Error('Stopped before the end.');
  });
  await Promise.race([playDemo({ links, tell }), stopped]);
  console.log(`\n${styleText('green', '✓')} From a customer's first words to a vendor's answer on their phone.`);
} catch (error) {
  console.error(`\n✗ ${error instanceof Error ? error.message : String(error)}`);
  if (stack) console.error(`  The services' logs: ${stack.logDir}`);
  process.exitCode = 1;
}
await stack?.stop();
if (!process.exitCode) rmSync(dataDir, { recursive: true, force: true });
process.exit();
