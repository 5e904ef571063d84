import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type Chromium, findChromium, unpackChromium } from '@wbm/chromium';
import { findRoot } from '@wbm/runtime';
import { test } from 'vitest';
import { aFolder } from '../test/engine/an-engine.ts';
import { type Measured, measureBots } from './measure-bots.ts';
import { usualBrowser } from './usual-browser.ts';

/** `npm run bench:engines`: measures all in one run and writes the table of docs/engines.md. */
const COUNTS = [1, 4, 8];
/** The count by which configurations are compared. */
const COMPARED = COUNTS.indexOf(4);

type Row = Measured & { readonly browser: string; readonly flags: 'usual' | 'ours' };

test('memory of a bot', async () => {
  const folder = aFolder('bench');
  const rows: Row[] = [];
  const versions: string[] = [];
  for (const [browser, chromium] of await browsersHere(folder)) {
    versions.push(`${browser}: ${versionOf(chromium.path)}`);
    const usual = await measureBots(usualBrowser(chromium, folder), COUNTS);
    rows.push({ browser, flags: 'usual', ...usual });
    rows.push({ browser, flags: 'ours', ...(await measureBots(chromium.path, COUNTS)) });
  }
  const text = [`${machine()}\n${versions.join(', ')}.`, '', ...table(rows)].join('\n');
  process.stdout.write(`\n${text}\n`);
  const file = join(findRoot(), 'docs', 'engines.md');
  const between = /(<!-- measured:begin -->\n)[\s\S]*(<!-- measured:end -->)/;
  writeFileSync(file, readFileSync(file, 'utf8').replace(between, `$1\n${text}\n\n$2`));
});

/** Every kind of Chromium that this machine has or can have. */
async function browsersHere(folder: string): Promise<Map<string, Chromium>> {
  const found = new Map<string, Chromium>();
  const whole = findChromium(null, (path) => findChromium(path)?.shell === false);
  const shell = findChromium(null, (path) => findChromium(path)?.shell === true);
  const registry = await unpackChromium(folder);
  if (whole) found.set('chromium', apart(whole, folder));
  if (shell) found.set('chromium-headless-shell', apart(shell, folder));
  if (registry) found.set('the registry’s headless shell', { path: registry, shell: true });
  return found;
}

/** A copy of its own: what it shares with Chromiums that run here for other reasons would count for half, or less. */
function apart({ path, shell }: Chromium, folder: string): Chromium {
  const from = dirname(path);
  if (!existsSync(join(from, 'icudtl.dat'))) return { path, shell };
  const to = join(folder, basename(path));
  cpSync(from, to, { recursive: true, dereference: true });
  return { path: join(to, basename(path)), shell };
}

function table(rows: readonly Row[]): string[] {
  const baseline = rows[0]?.perBot[COMPARED]?.whole ?? Number.NaN;
  const lines = rows.map(({ browser, flags, perBot }) => {
    const { whole, node } = perBot[COMPARED] ?? { whole: Number.NaN, node: Number.NaN };
    const cells = [
      browser,
      flags,
      ...perBot.map((one) => one.whole.toFixed(0)),
      node.toFixed(0),
      `${((whole / baseline) * 100).toFixed(0)} %`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const counts = COUNTS.map((count) => `MB a bot at ${count}`).join(' | ');
  return [
    `| browser | flags | ${counts} | of it Node at 4 | at 4, of the first row |`,
    `|---|---|${COUNTS.map(() => '--:|').join('')}--:|--:|`,
    ...lines,
  ];
}

function machine(): string {
  const date = new Date().toISOString().slice(0, 10);
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `Measured on ${date} with \`npm run bench:engines\`: ${cpus().length} × ${cpus()[0]?.model.trim()}, ${memory} GB, Linux ${release()}, Node ${process.versions.node}.`;
}

function versionOf(path: string): string {
  return spawnSync(path, ['--version']).stdout.toString().trim();
}
