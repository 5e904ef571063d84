import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { findRoot } from './root.ts';

/**
 * Fills `target` from the root's `.env` where it says nothing itself: a real variable always wins.
 * `ENV_FILE` names another file, or `none` for no file at all (tests, containers).
 */
export function loadDotenv(target: NodeJS.ProcessEnv = process.env): void {
  const named = target.ENV_FILE;
  if (named === 'none') return;
  const path = named || join(findRoot(), '.env');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (missing && !named) return;
    throw error;
  }
  for (const [key, value] of Object.entries(parse(text))) target[key] ??= value;
}
