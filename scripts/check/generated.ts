import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedFiles } from '../docs/generated-files.ts';

/** Every generated file says what the code says now. */
export async function checkGenerated(root: string): Promise<string | undefined> {
  const stale: string[] = [];
  for (const [path, text] of await generatedFiles(root)) {
    const file = join(root, path);
    if (!existsSync(file)) stale.push(`${path} is missing`);
    else if (readFileSync(file, 'utf8') !== text) stale.push(`${path} no longer says what the code says`);
  }
  return stale.length > 0 ? stale.join('\n') : undefined;
}
