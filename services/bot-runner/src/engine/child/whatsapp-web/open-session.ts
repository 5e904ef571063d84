import type { Chromium } from '@wbm/chromium';
import type { WhatsAppWebSettings } from '../../whatsapp-web-settings.ts';
import { BotClient } from './bot-client.ts';
import { LocalAuth } from './library.ts';
import { Session, type SessionEvents } from './session.ts';

const LAUNCH_MS = 30_000;
/** The most a call to the browser may take; ours have shorter deadlines of their own. */
const PROTOCOL_MS = 60_000;

interface OpenOptions {
  readonly settings: WhatsAppWebSettings;
  readonly chromium: Chromium;
  readonly sessionsRoot: string;
  readonly flags: string[];
  /** Digits of the number to link by a code; null shows QR codes. */
  readonly phone: string | null;
  readonly events: SessionEvents;
}

/** Loaded at the first start only: processes of other engines need not carry the library. */
export function openSession({ settings, chromium, sessionsRoot, flags, phone, events }: OpenOptions): Session {
  const { webVersion, webCacheDir } = settings;
  const client = new BotClient({
    authStrategy: new LocalAuth({ clientId: settings.botId, dataPath: sessionsRoot }),
    userAgent: false,
    takeoverOnConflict: false,
    ...(webVersion === null ? {} : { webVersion }),
    // Kept for a pinned version alone: the library writes what it keeps in the midst of getting ready, and dies of a full disk.
    webVersionCache: webVersion === null ? { type: 'none' } : { type: 'local', path: webCacheDir, strict: true },
    ...(phone === null ? {} : { pairWithPhoneNumber: { phoneNumber: phone, showNotification: true } }),
    puppeteer: {
      executablePath: chromium.path,
      headless: chromium.shell ? 'shell' : true,
      args: flags,
      pipe: true,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      timeout: LAUNCH_MS,
      protocolTimeout: PROTOCOL_MS,
      defaultViewport: null,
      // Chromium writes beside the profile only, and the wrapper scripts of distributions need a path.
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: sessionsRoot, TZ: 'UTC', LANG: 'C.UTF-8' },
    },
  });
  return new Session({ client, settings, byCode: phone !== null, events });
}
