import { join } from 'node:path';
import chromium, { inflate } from '@sparticuz/chromium';

/**
 * Unpacks the registry's Chromium into the temporary folder, which whoever started this process made for it alone: the
 * package unpacks there and takes what it finds there, whoever put it. A process of its own, because `TMPDIR` holds for
 * a whole process, and so does the memory that unpacking takes.
 */
const [packageFolder = ''] = process.argv.slice(2);
await chromium.executablePath();
await inflate(join(packageFolder, 'bin', 'al2023.tar.br'));
