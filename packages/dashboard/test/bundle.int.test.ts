import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstLoadBytes } from '../scripts/first-load.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const outDir = mkdtempSync(join(tmpdir(), 'wbm-dashboard-'));

/** Vendors sell from a phone: the sales page must be there before they have put it away again. */
const salesBytes = 200_000;

describe('the built dashboard', () => {
  beforeAll(async () => {
    // As `npm start` builds it, in a process of its own: the router's plugin reads where and as what it is run.
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    await promisify(execFile)(process.execPath, [vite, 'build', '--outDir', outDir, '--logLevel', 'warn'], {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production' },
    });
  }, 300_000);
  afterAll(() => rmSync(outDir, { recursive: true, force: true }));

  it.each(['en', 'es', 'pt-BR'])('loads the sales page in %s within its bytes', (language) => {
    const modules = ['_app', '_app.sales'].map((route) => `src/routes/${route}.tsx?tsr-split=component`);
    expect(firstLoadBytes(outDir, [...modules, `src/i18n/${language}.json`])).toBeLessThan(salesBytes);
  });
});
