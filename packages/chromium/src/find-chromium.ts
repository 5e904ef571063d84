import { accessSync, constants } from 'node:fs';

const SHELLS = ['/usr/lib/chromium/chromium-headless-shell', '/usr/lib64/chromium-browser/headless_shell'];
const BROWSERS = [
  '/usr/lib/chromium/chromium',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

export interface Chromium {
  readonly path: string;
  /** A headless shell has no window to show at all, and needs less than half the memory. */
  readonly shell: boolean;
}

/** The browser to run: the one that was named, a headless shell, or whatever the system has. Null: there is none. */
export function findChromium(named: string | null, there: (path: string) => boolean = isExecutable): Chromium | null {
  // A path that was given and is wrong is a mistake to be shown, not to be worked around.
  if (named !== null) return there(named) ? { path: named, shell: /headless[-_]shell/.test(named) } : null;
  const shell = SHELLS.find(there);
  if (shell !== undefined) return { path: shell, shell: true };
  const path = BROWSERS.find(there);
  return path === undefined ? null : { path, shell: false };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
