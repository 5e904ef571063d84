import { createHash } from 'node:crypto';
import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const left = new Set(['node_modules', 'dist', '.turbo', 'test']);

/** A digest of the names and contents of all sources below `folders` (or single files), tests left out. */
export function sourcesHash(root: string, folders: readonly string[]): string {
  const hash = createHash('sha256');
  const add = (path: string) => hash.update(`\0${relative(root, path)}\0`).update(readFileSync(path));
  const visit = (folder: string) => {
    const entries = readdirSync(folder, { withFileTypes: true });
    for (const entry of entries.sort(byName)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!left.has(entry.name)) visit(path);
      } else if (!/\.test\.tsx?$|\.gen\.ts$/.test(entry.name)) {
        add(path);
      }
    }
  };
  for (const folder of folders) visit(join(root, folder));
  return hash.digest('hex');
}

function byName(a: Dirent, b: Dirent): number {
  return a.name < b.name ? -1 : 1;
}
