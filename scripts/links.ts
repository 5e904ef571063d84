import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeLinks } from './stack/prepare-database.ts';
import { writePrivate } from './stack/secrets.ts';
import { readSettings } from './stack/settings.ts';

const { dataDir } = readSettings();
try {
  const { baseUrl, ownerUrl, appUrl } = readRunning();
  const links = await makeLinks({ ownerUrl, appUrl }, baseUrl);
  writePrivate(join(dataDir, 'dev-links.json'), links);
  console.log(`admin   ${links.admin}\nvendor  ${links.vendor}`);
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
process.exit();

function readRunning(): { baseUrl: string; ownerUrl: string; appUrl: string } {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'running.json'), 'utf8'));
  } catch {
    throw new Error(`Nothing runs on ${dataDir}. Start it with \`npm start\` first.`);
  }
}
