import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeLinks } from './stack/prepare-database.ts';
import { writePrivate } from './stack/secrets.ts';
import { readSettings } from './stack/settings.ts';

try {
  const { dataDir } = readSettings();
  const { baseUrl, ownerUrl, appUrl } = readRunning(dataDir);
  // A stack that was killed leaves its note behind.
  await fetch(`${baseUrl}/live`, { signal: AbortSignal.timeout(5_000) }).catch(() => nothingRuns(dataDir));
  const links = await makeLinks({ ownerUrl, appUrl }, baseUrl);
  writePrivate(join(dataDir, 'dev-links.json'), links);
  console.log(`admin   ${links.admin}\nvendor  ${links.vendor}`);
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
process.exit();

function readRunning(dataDir: string): { baseUrl: string; ownerUrl: string; appUrl: string } {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'running.json'), 'utf8'));
  } catch {
    return nothingRuns(dataDir);
  }
}

function nothingRuns(dataDir: string): never {
  throw new Error(`Nothing runs on ${dataDir}. Start it with \`npm start\` first.`);
}
