import { join } from 'node:path';
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

/** What the whatsapp-web.js engine of one bot needs to know of this runner's configuration. */
export function whatsAppSettings(config: Settings, botId: string): WhatsAppWebSettings {
  return {
    botId,
    sessionsDir: join(config.DATA_DIR, 'sessions'),
    picturesDir: join(config.DATA_DIR, 'pictures'),
    webCacheDir: config.WWEBJS_WEB_VERSION_CACHE ?? join(config.DATA_DIR, 'cache', 'whatsapp-web'),
    chromiumPath: config.CHROMIUM_PATH ?? null,
    sandbox: config.CHROMIUM_SANDBOX ?? process.getuid?.() !== 0,
    webVersion: config.WWEBJS_WEB_VERSION ?? null,
    extraBrowserFlags: (config.WWEBJS_EXTRA_BROWSER_FLAGS ?? '').split('\n').filter(Boolean),
    readyDeadlineMs: config.WWEBJS_READY_DEADLINE_MS,
    qrSilenceMs: config.WWEBJS_QR_SILENCE_MS,
    hungMs: config.WWEBJS_HUNG_MS,
  };
}
