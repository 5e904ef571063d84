import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the embedded mode makes up once for each data directory, so that sessions outlive a restart. */
const names = ['JWT_SECRET', 'DATABASE_APP_PASSWORD', 'SESSION_KEY'] as const;
export type Secrets = Record<(typeof names)[number], string>;

/** Reads `secrets.json` of the data directory (mode 0600) and adds what is missing. */
export function readOrMakeSecrets(dataDir: string): Secrets {
  const file = join(dataDir, 'secrets.json');
  let known: Record<string, unknown> = {};
  try {
    known = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // The first start of this data directory.
  }
  const of = (name: string) => {
    const value = known[name];
    return typeof value === 'string' && value ? value : randomBytes(32).toString('hex');
  };
  const secrets: Secrets = {
    JWT_SECRET: of('JWT_SECRET'),
    DATABASE_APP_PASSWORD: of('DATABASE_APP_PASSWORD'),
    SESSION_KEY: of('SESSION_KEY'),
  };
  if (names.some((name) => known[name] !== secrets[name])) writePrivate(file, { ...known, ...secrets });
  return secrets;
}

/** Writes a JSON file that appears whole and is readable by its owner only. */
export function writePrivate(file: string, value: unknown): void {
  writeFileSync(`${file}.part`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.part`, file);
}
