import { z } from 'zod';

/** What the whatsapp-web.js engine of one bot is told at its start; its process has no environment of its own. */
export const whatsAppWebSettings = z.object({
  botId: z.string(),
  /** Holds one session folder for each bot, `session-<botId>`, and its lock beside it. */
  sessionsDir: z.string(),
  /** Where pages of WhatsApp Web may be kept, by version. */
  webCacheDir: z.string(),
  /** Where pictures of pages that got stuck are kept. */
  picturesDir: z.string(),
  chromiumPath: z.string().nullable(),
  /** Chromium's own sandbox; it cannot be had as root and in most containers. */
  sandbox: z.boolean(),
  /** Null: whatever version WhatsApp serves. */
  webVersion: z.string().nullable(),
  extraBrowserFlags: z.array(z.string()),
  /** How long a page may show no progress before it counts as stuck. */
  readyDeadlineMs: z.int().positive(),
  /** How long one QR code may stay before a new one is asked for. */
  qrSilenceMs: z.int().positive(),
  /** How long a page may answer nothing before it counts as hung. */
  hungMs: z.int().positive(),
});
export type WhatsAppWebSettings = z.output<typeof whatsAppWebSettings>;
