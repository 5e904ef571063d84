import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstLoadBytes } from '../scripts/first-load.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const outDir = mkdtempSync(join(tmpdir(), 'wbm-dashboard-'));

/** Vendors sell from a phone: the sales page must be there before they have put it away again. */
const salesBytes = 200_000;

describe('the built dashboard', () => {
  beforeAll(async () => {
    // As `npm start` builds it; vitest itself runs with another mode.
    const before = process.env.NODE_ENV;
    process.env.NODE_ENV = 'production';
    await build({ root, mode: 'production', logLevel: 'error', build: { outDir, emptyOutDir: true } });
    process.env.NODE_ENV = before;
  }, 120_000);
  afterAll(() => rmSync(outDir, { recursive: true, force: true }));

  it.each(['en', 'es', 'pt-BR'])('loads the sales page in %s within its bytes', (language) => {
    const modules = ['_app', '_app.sales'].map((route) => `src/routes/${route}.tsx?tsr-split=component`);
    expect(firstLoadBytes(outDir, [...modules, `src/i18n/${language}.json`])).toBeLessThan(salesBytes);
  });
});
