import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { findRoot } from '@wbm/runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Step, tool } from './step.ts';
import { steps } from './steps.ts';

/**
 * A checker that finds nothing is either satisfied or blind. Here each is shown one violation, in a copy of the
 * repository, and must name it.
 */
let copy: string;
beforeAll(() => {
  const root = findRoot();
  copy = mkdtempSync(join(tmpdir(), 'wbm-planted-'));
  // Some are none of the checkers' business, and the last two come and go while the dashboard is built.
  const left = new Set(['.git', '.data', '.turbo', 'dist', 'e2e', 'bench', '.vite-temp', '.tanstack']);
  for (const name of readdirSync(root)) {
    if (left.has(name) || name === 'node_modules') continue;
    const filter = (path: string) => !left.has(basename(path));
    cpSync(join(root, name), join(copy, name), { recursive: true, verbatimSymlinks: true, filter });
  }
  // Installed libraries are the real ones; the workspace's own packages are those of the copy.
  mkdirSync(join(copy, 'node_modules', '@wbm'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== '@wbm') symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name));
  }
  for (const name of readdirSync(join(root, 'packages'))) {
    symlinkSync(join(copy, 'packages', name), join(copy, 'node_modules', '@wbm', name));
  }
}, 120_000);
afterAll(() => rmSync(copy, { recursive: true, force: true }));

function step(name: string): Step['run'] {
  const found = steps.find((one) => one.name === name);
  if (!found) throw new Error(`There is no step "${name}"`);
  return found.run;
}

function plant(path: string, change: (text: string) => string): void {
  const file = join(copy, path);
  writeFileSync(file, change(existsSync(file) ? readFileSync(file, 'utf8') : ''));
}

const planted: [
  name: string,
  checker: () => Step['run'],
  path: string,
  change: (text: string) => string,
  said: RegExp,
][] = [
  [
    'an arrow against the rule',
    () => step('arrows'),
    'packages/domain/src/planted-arrow.ts',
    () => "import '@wbm/runtime';\n",
    /arrow-domain: packages\/domain\/src\/planted-arrow\.ts[\s\S]*The core is rules/,
  ],
  [
    'a service that imports a service',
    () => step('arrows'),
    'services/scheduler/src/planted-service.ts',
    () => "import '../../gateway/src/config.ts';\n",
    /arrow-services: services\/scheduler\/src\/planted-service\.ts/,
  ],
  [
    'a deep import',
    () => step('arrows'),
    'packages/bus/src/planted-deep.ts',
    () => "import '../../runtime/src/clock.ts';\n",
    /one-door: packages\/bus\/src\/planted-deep\.ts/,
  ],
  [
    'a type imported against the rule',
    () => step('arrows'),
    'packages/contracts/src/planted-type.ts',
    () => "import type { Clock } from '@wbm/runtime';\nexport type Planted = Clock;\n",
    /arrow-contracts: packages\/contracts\/src\/planted-type\.ts/,
  ],
  [
    'the testkit in a product file',
    () => step('arrows'),
    'services/scheduler/src/planted-kit.ts',
    () => "import '@wbm/testkit';\n",
    /testkit-in-tests-only: services\/scheduler\/src\/planted-kit\.ts/,
  ],
  [
    'the queue library outside packages/bus',
    () => step('arrows'),
    'packages/runtime/src/planted-queue.ts',
    () => "import '../../bus/node_modules/bullmq/dist/esm/index.js';\n",
    /bus-is-the-only-queue: packages\/runtime\/src\/planted-queue\.ts/,
  ],
  [
    'a file nobody uses',
    () => step('dead code'),
    'packages/runtime/src/planted-dead.ts',
    () => 'export const planted = 1;\n',
    /packages\/runtime\/src\/planted-dead\.ts/,
  ],
  [
    'an unformatted file',
    () => step('format and lint'),
    'packages/runtime/src/planted-format.ts',
    () => 'export const planted   = 1\n',
    /planted-format\.ts format/,
  ],
  [
    'a lint fault',
    () => step('format and lint'),
    'packages/runtime/src/planted-lint.ts',
    () => 'export const planted = (x: any) => x;\n',
    /planted-lint\.ts[\s\S]*noExplicitAny/,
  ],
  [
    'a version outside the catalog',
    () => step('versions'),
    'packages/runtime/package.json',
    (text) => text.replace('"pino": "catalog:"', '"pino": "1.0.0"'),
    /packages\/runtime\/package\.json: "pino" says "1\.0\.0"/,
  ],
  [
    'a type error',
    () => tool('tsc', ['--noEmit', '-p', 'packages/domain']),
    'packages/domain/src/planted-type.ts',
    () => "export const planted: number = 'text';\n",
    /planted-type\.ts\(1,14\): error TS2322/,
  ],
  [
    'an unchecked index',
    () => tool('tsc', ['--noEmit', '-p', 'packages/domain']),
    'packages/domain/src/planted-index.ts',
    () => 'export const planted = (list: number[]): number => list[0];\n',
    /planted-index\.ts\(1,\d+\): error TS2322/,
  ],
  [
    'a stale page',
    () => step('generated docs'),
    'docs/configuration.md',
    (text) => text.replace('REDIS_URL', 'REDIS_URI'),
    /docs\/configuration\.md no longer/,
  ],
  [
    'a stale book of messages',
    () => step('generated docs'),
    'docs/messages.md',
    (text) => `${text}more\n`,
    /docs\/messages\.md no longer/,
  ],
  [
    'a variable no code reads',
    () => step('containers'),
    'docker-compose.yml',
    (text) => text.replace('AI_MODEL:', 'AI_MODLE:'),
    /ai-worker: sets AI_MODLE/,
  ],
  [
    'a required variable not set',
    () => step('containers'),
    'docker-compose.yml',
    (text) => text.replace(/^ +JWT_SECRET:.*\n/m, ''),
    /gateway: does not set JWT_SECRET/,
  ],
  [
    'a health path nobody serves',
    () => step('containers'),
    'docker-compose.yml',
    (text) => text.replace('9090/ready', '9090/healthy'),
    /asks \/healthy/,
  ],
  [
    'a script that is not there',
    () => step('containers'),
    'Dockerfile',
    (text) => text.replace('services/gateway/src/main.ts', 'services/gateway/main.js'),
    /gateway: runs missing services\/gateway\/main\.js/,
  ],
  [
    'patches that are not in the image',
    () => step('containers'),
    'Dockerfile',
    (text) => text.replace('COPY patches ./patches\n', ''),
    /does not copy patches/,
  ],
  [
    'sessions that replicas share',
    () => step('containers'),
    'docker-compose.yml',
    (text) => text.replace('"/data"', '"redis:/data"'),
    /bot-runner: replicas would share DATA_DIR/,
  ],
  [
    'a password on a command line',
    () => step('containers'),
    'docker-compose.yml',
    (text) => text.replace('requirepass $$REDISCLI_AUTH', 'requirepass $REDIS_PASSWORD'),
    /redis: REDIS_PASSWORD stands on the command line/,
  ],
];

it.for(planted)('finds %s', { timeout: 300_000 }, async ([, checker, path, change, said]) => {
  const file = join(copy, path);
  const before = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  plant(path, change);
  expect(readFileSync(file, 'utf8')).not.toBe(before);
  try {
    expect(await checker()(copy)).toMatch(said);
  } finally {
    if (before === undefined) rmSync(file);
    else writeFileSync(file, before);
  }
});
