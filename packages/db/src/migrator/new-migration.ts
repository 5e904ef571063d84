import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { diffSchema } from './diff-schema.ts';
import { prismaFolder } from './migration-files.ts';

type NewMigration = {
  readonly ownerUrl: string;
  /** Kebab or snake case: `add_lead_score`. */
  readonly name: string;
  readonly now: Date;
  readonly folder?: string;
};

/**
 * Writes the next migration: what schema.prisma says and the migrations do not yet. Policies, grants and functions of
 * new tables are added to the file by hand.
 *
 * @returns the folder made, or undefined when there is nothing to migrate
 */
export async function newMigration({ ownerUrl, name, now, folder = prismaFolder }: NewMigration) {
  const sql = await diffSchema({ ownerUrl, folder });
  if (sql === '') return undefined;
  const stamp = now.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
  const made = join(folder, 'migrations', `${stamp}_${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')}`);
  await mkdir(made, { recursive: true });
  await writeFile(join(made, 'migration.sql'), `${sql}\n`);
  return made;
}
