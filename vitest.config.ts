import { defineConfig } from 'vitest/config';

const everywhere = ['packages', 'services', 'scripts', 'e2e', 'bench'];
const of = (pattern: string) => everywhere.map((folder) => `${folder}/**/${pattern}`);

/**
 * Two kinds of test. *unit*: a file beside its source, nothing but the process it runs in. *int*: `*.int.test.ts`, on
 * the real Postgres and Redis that the global setup of the testkit starts once for the run.
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
          include: of('*.test.{ts,tsx}'),
          exclude: ['**/node_modules/**', '**/dist/**', '**/*.int.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'int',
          include: of('*.int.test.ts'),
          globalSetup: ['packages/testkit/src/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
