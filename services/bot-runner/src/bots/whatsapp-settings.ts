import { join } from 'node:path';
import { provideChromium } from '@wbm/chromium';
import { Transient } from '@wbm/runtime';
import type { WhatsAppWebSettings } from '../engine/whatsapp-web-settings.ts';

interface Settings {
  readonly DATA_DIR: string;
  readonly CHROMIUM_PATH?: string | undefined;
  readonly CHROMIUM_SANDBOX?: boolean | undefined;
  readonly WWEBJS_WEB_VERSION?: string | undefined;
  readonly WWEBJS_WEB_VERSION_CACHE?: string | undefined;
  readonly WWEBJS_EXTRA_BROWSER_FLAGS?: string | undefined;
  readonly WWEBJS_READY_DEADLINE_MS: number;
  readonly WWEBJS_QR_SILENCE_MS: number;
  readonly WWEBJS_HUNG_MS: number;
}

/**
 * What the whatsapp-web.js engine of one bot needs to know of this runner's configuration. The first that finds no
 * Chromium on the machine waits until the registry's is unpacked; every later start takes what is there. Throws
 * `Transient` when it could not be unpacked this time, which says nothing of the next.
 */
export async function whatsAppSettings(config: Settings, botId: string): Promise<WhatsAppWebSettings> {
  const named = config.CHROMIUM_PATH ?? null;
  const cacheDir = join(config.DATA_DIR, 'cache', 'chromium');
  const chromium = await provideChromium({ named, cacheDir }).catch((cause) => {
    throw new Transient('chromium.not-unpacked', 'The Chromium of the registry could not be unpacked.', { cause });
  });
  return {
    botId,
    sessionsDir: join(config.DATA_DIR, 'sessions'),
    picturesDir: join(config.DATA_DIR, 'pictures'),
    webCacheDir: config.WWEBJS_WEB_VERSION_CACHE ?? join(config.DATA_DIR, 'cache', 'whatsapp-web'),
    // A named one that is not there is for the engine to complain of.
    chromiumPath: chromium?.path ?? named,
    sandbox: config.CHROMIUM_SANDBOX ?? process.getuid?.() !== 0,
    webVersion: config.WWEBJS_WEB_VERSION ?? null,
    extraBrowserFlags: (config.WWEBJS_EXTRA_BROWSER_FLAGS ?? '').split('\n').filter(Boolean),
    readyDeadlineMs: config.WWEBJS_READY_DEADLINE_MS,
    qrSilenceMs: config.WWEBJS_QR_SILENCE_MS,
    hungMs: config.WWEBJS_HUNG_MS,
  };
}
