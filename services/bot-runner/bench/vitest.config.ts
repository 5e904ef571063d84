import { defineConfig } from 'vitest/config';

/** Measurements are no tests: they take minutes, judge nothing, and run when somebody asks (`npm run bench:engines`). */
export default defineConfig({
  test: {
    include: ['*.bench.ts'],
    env: { NODE_ENV: 'test', ENV_FILE: 'none' },
    fileParallelism: false,
    testTimeout: 30 * 60_000,
    hookTimeout: 60_000,
    reporters: [['default', { summary: false }]],
  },
});
