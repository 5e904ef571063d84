import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const squeeze = { br: promisify(brotliCompress), gz: promisify(gzip) };

/** Lays a `.br` and a `.gz` beside every script and style, so that the gateway sends bytes and compresses nothing. */
export function precompress(): Plugin {
  let assets = '';
  return {
    name: 'precompress',
    apply: 'build',
    configResolved(config) {
      assets = resolve(config.root, config.build.outDir, config.build.assetsDir);
    },
    async closeBundle() {
      const names = (await readdir(assets)).filter((name) => /\.(js|css)$/.test(name));
      for (const name of names) {
        const path = join(assets, name);
        const content = await readFile(path);
        const [br, gz] = await Promise.all([
          squeeze.br(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
          squeeze.gz(content, { level: 9 }),
        ]);
        await Promise.all([writeFile(`${path}.br`, br), writeFile(`${path}.gz`, gz)]);
      }
    },
  };
}
