import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * The folder that holds pnpm-workspace.yaml, looked for upwards from the file being run and then from where we
 * stand; where we stand when there is none.
 */
export function findRoot(): string {
  const starts = [process.argv[1] ? dirname(resolve(process.argv[1])) : undefined, process.cwd()];
  for (const start of starts) {
    for (let folder = start; folder; folder = dirname(folder) === folder ? undefined : dirname(folder)) {
      if (existsSync(join(folder, 'pnpm-workspace.yaml'))) return folder;
    }
  }
  return process.cwd();
}
