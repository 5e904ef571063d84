import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a server's directory remembers from one start to the next. */
export interface Remembered {
  port: number;
  password: string;
  /** Where the data lies when it cannot lie in the directory itself. */
  outside?: string;
}

/** Reads `server.json`; a directory without one gets a fresh password and no port yet. */
export function recall(directory: string): Remembered {
  const fresh: Remembered = { port: 0, password: randomBytes(24).toString('hex') };
  try {
    const found: unknown = JSON.parse(readFileSync(join(directory, 'server.json'), 'utf8'));
    if (typeof found !== 'object' || found === null) return fresh;
    if ('port' in found && typeof found.port === 'number') fresh.port = found.port;
    if ('password' in found && typeof found.password === 'string') fresh.password = found.password;
    if ('outside' in found && typeof found.outside === 'string') fresh.outside = found.outside;
  } catch {
    // No server.json yet.
  }
  return fresh;
}

/** Writes `server.json` whole, readable by its owner only: it holds the password. */
export function remember(directory: string, facts: Remembered): void {
  const file = join(directory, 'server.json');
  writeFileSync(`${file}.part`, `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.part`, file);
}
