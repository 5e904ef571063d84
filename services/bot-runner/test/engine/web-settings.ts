import { join } from 'node:path';
import { findChromium } from '@wbm/chromium';
import type { WhatsAppWeb } from '@wbm/testkit';
import type { WhatsAppWebSettings } from '../../src/engine/whatsapp-web-settings.ts';

/** The engine's settings for the pretended WhatsApp, and patience short enough for tests. */
export function webSettings({
  folder,
  web,
  ...wanted
}: { folder: string; web?: WhatsAppWeb } & Partial<WhatsAppWebSettings>): WhatsAppWebSettings {
  return {
    botId: 'shop',
    sessionsDir: join(folder, 'sessions'),
    picturesDir: join(folder, 'pictures'),
    webCacheDir: web?.cachePath ?? join(folder, 'cache'),
    // What a run of all tests names is a whole Chromium for pages; bots prefer a headless shell.
    chromiumPath: findChromium(null) ? null : (process.env.CHROMIUM_PATH ?? null),
    sandbox: process.getuid?.() !== 0,
    webVersion: web?.version ?? null,
    extraBrowserFlags: [...(web?.browserArgs ?? [])],
    readyDeadlineMs: 10_000,
    qrSilenceMs: 60_000,
    hungMs: 20_000,
    ...wanted,
  };
}
