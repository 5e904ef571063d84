import { defineConfig } from 'vitest/config';

const everywhere = ['packages', 'services', 'scripts', 'e2e', 'bench'];
const of = (pattern: string) => everywhere.map((folder) => `${folder}/**/${pattern}`);

/**
 * What a test needs that talks to the Postgres and the Redis of the run. Its limits only end what hangs: what a test waits
 * for has a limit of its own, whose failure says what was missing.
 */
const onServers = {
  globalSetup: ['packages/testkit/src/global-setup.ts'],
  testTimeout: 300_000,
  hookTimeout: 180_000,
};

/**
 * Four kinds of test. *unit*: a file beside its source, nothing but the process it runs in. *int*: `*.int.test.ts`, on
 * the real Postgres and Redis that the global setup of the testkit starts once for the run. *alone*: `*.alone.test.ts`,
 * the same, but for promises in seconds: it runs when nothing else does. *engine*: `*.eng.test.ts`, bots' engines, the
 * real library in a real Chromium among them, on a pretended WhatsApp.
 */
export default defineConfig({
  test: {
    // A test that is skipped says nothing: neither `only` nor an empty run passes.
    allowOnly: false,
    passWithNoTests: false,
    exclude: ['**/node_modules/**', '**/dist/**', '**/.data/**'],
    // Two cores: more workers than that only make every wait longer.
    maxWorkers: 2,
    teardownTimeout: 30_000,
    env: { NODE_ENV: 'test', ENV_FILE: 'none' },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // A property is tried with very many values, and two workers may share a busy core.
          testTimeout: 30_000,
          include: of('*.test.{ts,tsx}'),
          exclude: ['**/node_modules/**', '**/dist/**', '**/*.{int,alone,eng}.test.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'int',
          include: of('*.int.test.ts'),
          sequence: { groupOrder: 0 },
          ...onServers,
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: of('*.alone.test.ts'),
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          ...onServers,
        },
      },
      {
        extends: true,
        test: {
          name: 'engine',
          include: of('*.eng.test.ts'),
          // Each test has Chromiums of its own; two at once take each twice as long.
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
          ...onServers,
        },
      },
    ],
  },
});
