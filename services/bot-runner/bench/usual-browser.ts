import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { browserFlags } from '../src/engine/child/whatsapp-web/browser-flags.ts';

/** What people who run whatsapp-web.js give their Chromium, beside what puppeteer gives it anyway. */
const USUAL = [
  '--no-sandbox',
  '--disable-setuid-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--no-first-run',
];

/**
 * A program that takes our engine's call for a browser and starts it with the usual flags instead of ours, so that both
 * are measured through the same child process. Answers its path, whose name says whether it is a headless shell.
 */
export function usualBrowser(browser: { path: string; shell: boolean }, folder: string): string {
  const ours = browserFlags({ sandbox: false, extra: [] }).filter((flag) => !USUAL.includes(flag));
  const features = ours.flatMap((flag) => /^--(?:en|dis)able-features=(.*)$/.exec(flag)?.[1]?.split(',') ?? []);
  const dropped = ours.filter((flag) => !/^--(?:en|dis)able-features=/.test(flag));
  const path = join(folder, `usual-${browser.shell ? 'headless-shell' : 'chromium'}`);
  writeFileSync(
    path,
    `#!/bin/sh
left=$#
while [ $left -gt 0 ]; do
  flag=$1; shift; left=$((left - 1))
  case "$flag" in
    ${dropped.map((flag) => `'${flag}'`).join(' | ')}) continue ;;
    --enable-features=* | --disable-features=*) flag=$(printf '%s' "$flag" | sed '${features.map((one) => `s/${one}//g`).join(';')}') ;;
  esac
  set -- "$@" "$flag"
done
exec '${browser.path}' "$@" ${USUAL.join(' ')}
`,
    { mode: 0o755 },
  );
  return path;
}
