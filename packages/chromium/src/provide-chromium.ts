import { type Chromium, findChromium } from './find-chromium.ts';
import { unpackChromium } from './unpack-chromium.ts';

export interface ChromiumSearch {
  /** What was configured; null searches. */
  readonly named: string | null;
  /** Where the registry's Chromium may be unpacked. */
  readonly cacheDir: string;
  /** For tests: which paths are programs. */
  readonly there?: (path: string) => boolean;
}

/**
 * The browser to run: the one named, the system's, or at last the registry's, which is unpacked when it is needed for the
 * first time. Null: there is none to be had. A named one that is no program is not replaced by another.
 */
export async function provideChromium({ named, cacheDir, there }: ChromiumSearch): Promise<Chromium | null> {
  const found = findChromium(named, there);
  if (found !== null || named !== null) return found;
  const path = await unpackChromium(cacheDir);
  return path === undefined ? null : { path, shell: true };
}
