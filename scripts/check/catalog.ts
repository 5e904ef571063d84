import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const dependencies = z.record(z.string(), z.string()).default({});
const manifest = z.object({
  dependencies,
  devDependencies: dependencies,
  optionalDependencies: dependencies,
  peerDependencies: dependencies,
});
const workspace = z.object({ catalog: dependencies });

/** Every version stands once, in the catalog of pnpm-workspace.yaml; packages say `catalog:` or `workspace:*`. */
export async function checkCatalog(root: string): Promise<string | undefined> {
  const { catalog } = workspace.parse(parse(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')));
  const faults: string[] = [];
  const used = new Set<string>();
  for (const file of manifests(root)) {
    const groups = manifest.parse(JSON.parse(readFileSync(join(root, file), 'utf8')));
    for (const [name, version] of Object.values(groups).flatMap((group) => Object.entries(group))) {
      used.add(name);
      const wanted = name.startsWith('@wbm/') ? 'workspace:*' : 'catalog:';
      if (version !== wanted) faults.push(`${file}: "${name}" says "${version}" and must say "${wanted}"`);
      else if (wanted === 'catalog:' && !catalog[name]) faults.push(`${file}: "${name}" is not in the catalog`);
    }
  }
  for (const [name, version] of Object.entries(catalog)) {
    if (!/^\d+\.\d+\.\d+/.test(version)) faults.push(`pnpm-workspace.yaml: "${name}" must be one exact version`);
    if (!used.has(name)) faults.push(`pnpm-workspace.yaml: no package uses "${name}"`);
  }
  return faults.length > 0 ? faults.join('\n') : undefined;
}

function manifests(root: string): string[] {
  const members = ['packages', 'services'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => join(group, name, 'package.json')),
  );
  return ['package.json', ...members].filter((file) => existsSync(join(root, file)));
}
