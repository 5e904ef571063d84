import { findChromium } from '@wbm/chromium';
import type { WhatsAppWeb } from '@wbm/testkit';

/** What a runner is told so that its bots on the real library meet the pretended WhatsApp. */
export const webEnv = (web: WhatsAppWeb) => ({
  WWEBJS_WEB_VERSION: web.version,
  WWEBJS_WEB_VERSION_CACHE: web.cachePath,
  WWEBJS_EXTRA_BROWSER_FLAGS: web.browserArgs.join('\n'),
  // Bots prefer the system's headless shell. Without one they take what a run of all tests found for pages, not a copy each.
  CHROMIUM_PATH: findChromium(null) ? '' : (process.env.CHROMIUM_PATH ?? ''),
});
