import { resolve } from 'node:path';
import { findRoot, loadDotenv } from '@wbm/runtime';

/** Reads `.env` into the environment, and where to run from it: `PORT` (3000) and `DATA_DIR` (`.data`). */
export function readSettings(): { port: number; dataDir: string } {
  loadDotenv();
  const port = Number(process.env.PORT || '3000');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('PORT must be a whole number up to 65535.');
  return { port, dataDir: resolve(findRoot(), process.env.DATA_DIR || '.data') };
}
