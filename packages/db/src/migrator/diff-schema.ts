import { migrationFailed } from './migration-failed.ts';
import { prismaFolder, readDatamodel, readMigrations } from './migration-files.ts';
import { type DiffTarget, noFilters, withSchemaEngine } from './schema-engine.ts';

/**
 * The SQL that would bring a database made by the migrations to what schema.prisma says: empty when the two agree.
 * Applies the migrations to a database of its own on the server of `ownerUrl`, which it drops again.
 */
export async function diffSchema(options: { readonly ownerUrl: string; readonly folder?: string }): Promise<string> {
  const folder = options.folder ?? prismaFolder;
  const [datamodel, migrations] = await Promise.all([readDatamodel(folder), readMigrations(folder)]);
  const from: DiffTarget =
    migrations.migrationDirectories.length === 0 ? { tag: 'empty' } : { tag: 'migrations', ...migrations };
  try {
    return await withSchemaEngine(options.ownerUrl, datamodel, async (engine) => {
      const result = await engine.diff({
        from,
        to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: datamodel }] },
        script: true,
        exitCode: true,
        filters: noFilters,
      });
      return result.exitCode === 0 ? '' : withoutHandMade(result.stdout ?? '');
    });
  } catch (error) {
    throw migrationFailed(error);
  }
}

/** Partial indexes cannot be said in schema.prisma. Ours are made by hand, and their names begin with `due_`. */
function withoutHandMade(script: string): string {
  const statements = script.split(/\n{2,}/);
  return statements
    .filter((statement) => !/^-- DropIndex\nDROP INDEX ("\w+"\.)?"due_\w+";\s*$/.test(statement.trim()))
    .join('\n\n')
    .trim();
}
