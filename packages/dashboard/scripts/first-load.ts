import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
}

/** What a browser loads for a page: the entry, the modules named, and all they import at once. In bytes, gzipped. */
export function firstLoadBytes(dist: string, modules: readonly string[]): number {
  const manifest: Record<string, Chunk> = JSON.parse(readFileSync(join(dist, '.vite', 'manifest.json'), 'utf8'));
  const files = new Set<string>();
  const visited = new Set<string>();
  function visit(name: string): void {
    if (visited.has(name)) return;
    visited.add(name);
    const chunk = manifest[name];
    if (!chunk) throw new Error(`The build has no ${name}; it has ${Object.keys(manifest).join(', ')}`);
    files.add(chunk.file);
    for (const imported of chunk.imports ?? []) visit(imported);
  }
  for (const name of ['index.html', ...modules]) visit(name);
  const scripts = [...files].filter((file) => file.endsWith('.js'));
  return scripts.reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file))).length, 0);
}
