import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { loadDotenv } from '@wbm/runtime';
import { playDemo } from './demo/play.ts';
import { bootStack, type Stack } from './stack/boot-stack.ts';
import { untilStopped } from './stack/until-stopped.ts';

/**
 * `npm run demo`: what `npm start` boots, on data of its own that is thrown away, and one conversation through it. A
 * database that `DATABASE_URL` names is somebody's real one and left alone; a Redis of `REDIS_URL` is used under a
 * prefix of its own.
 */
const say = (line: string) => console.log(styleText('dim', `› ${line}`));
const dataDir = mkdtempSync(join(tmpdir(), 'wbm-demo-'));
const colors = { customer: 'green', bot: 'cyan', lead: 'yellow', vendor: 'magenta' } as const;
const tell = (who: string, what: string) => {
  const color = colors[who as keyof typeof colors];
  console.log(`${styleText(color, who.padStart(9))}  ${what}`);
};

const stopped = untilStopped();
let stack: Stack | undefined;
try {
  loadDotenv();
  const env = { DATABASE_URL: '', DATABASE_OWNER_URL: '', REDIS_PREFIX: `demo-${randomBytes(4).toString('hex')}` };
  stack = await bootStack({ dataDir, port: 0, say, env, throwaway: true });
  console.log();
  const { links } = stack;
  const early = stopped.then(() => {
    throw new Error('Stopped before the end.');
  });
  await Promise.race([playDemo({ links, tell }), early]);
  console.log(`\n${styleText('green', '✓')} From a customer's first words to a vendor's answer on their phone.`);
} catch (error) {
  console.error(`\n✗ ${error instanceof Error ? error.message : String(error)}`);
  if (stack) {
    const kept = mkdtempSync(join(tmpdir(), 'wbm-demo-logs-'));
    cpSync(stack.logDir, kept, { recursive: true });
    console.error(`  The services' logs: ${kept}`);
  }
  process.exitCode = 1;
}
await stack?.stop();
process.exit();
