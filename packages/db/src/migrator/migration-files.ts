import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MigrationList } from './schema-engine.ts';

/** The repository's own `prisma` folder. Containers copy the workspace as it is, so this holds there too. */
export const prismaFolder = fileURLToPath(new URL('../../../../prisma/', import.meta.url));

export function readDatamodel(folder: string): Promise<string> {
  return readFile(join(folder, 'schema.prisma'), 'utf8');
}

/** The migrations in the order of their names, in the shape the engine asks for. */
export async function readMigrations(folder: string): Promise<MigrationList> {
  const baseDir = join(folder, 'migrations');
  const names = (await readdir(baseDir, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const migrationDirectories = await Promise.all(
    names.map(async (name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok' as const, value: await readFile(join(baseDir, name, 'migration.sql'), 'utf8') },
      },
    })),
  );
  return {
    baseDir,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    // A migration may grant or revoke on the engine's own table, which the drift check's database does not have.
    shadowDbInitScript: 'create table _prisma_migrations (id text primary key)',
    migrationDirectories,
  };
}
