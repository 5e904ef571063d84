/**
 * Writes `src/routeTree.gen.ts` from the files below `src/routes`, so that a clean clone can be type-checked
 * without building. `vite` writes the same file while it runs; both read `tsr.config.json`.
 */
import { fileURLToPath } from 'node:url';
import { Generator, getConfig } from '@tanstack/router-generator';

const root = fileURLToPath(new URL('..', import.meta.url));
await new Generator({ config: getConfig({}, root), root }).run();
