import { join } from 'node:path';
import { findChromium } from '@wbm/chromium';
import { type WhatsAppWeb, waitFor } from '@wbm/testkit';
import { onTestFinished } from 'vitest';
import wweb from 'whatsapp-web.js';
import { aFolder } from './an-engine.ts';

/** What of the library the control runs look at, its insides included. */
export interface BareClient {
  pupBrowser: { isConnected(): boolean; version(): Promise<string> } | null;
  pupPage: { evaluate(script: string): Promise<unknown> } | null;
  initialize(): Promise<void>;
  destroy(): Promise<void>;
  logout(): Promise<void>;
  getState(): Promise<string | null>;
  sendMessage(chat: string, text: string, options?: object): Promise<unknown>;
  on(event: string, listener: (...args: never[]) => void): unknown;
}

type BareOptions = { readonly folder?: string; readonly puppeteer?: object; readonly client?: object };
let numbers = 0;

/** The library as it comes, for control runs: each shows that a trap is real where ours does not fall into it. */
export function aBareClient(web: WhatsAppWeb, options: BareOptions = {}) {
  const folder = options.folder ?? aFolder('bare');
  const chromium = findChromium(null) ?? { path: process.env.CHROMIUM_PATH ?? '', shell: false };
  const Client = wweb.Client as unknown as new (options: object) => BareClient;
  const client = new Client({
    authStrategy: new wweb.LocalAuth({ clientId: 'bare', dataPath: folder }),
    webVersion: web.version,
    webVersionCache: { type: 'local', path: web.cachePath, strict: true },
    puppeteer: {
      executablePath: chromium.path,
      headless: chromium.shell ? 'shell' : true,
      pipe: true,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-gpu', ...web.browserArgs],
      ...options.puppeteer,
    },
    ...options.client,
  });
  const heard: string[] = [];
  const qrs: string[] = [];
  for (const event of ['qr', 'authenticated', 'ready', 'disconnected', 'message', 'message_create']) {
    client.on(event, (first: never) => {
      heard.push(event);
      if (event === 'qr') qrs.push(first);
    });
  }
  onTestFinished(async () => {
    await client.destroy().catch(() => undefined);
  });
  const count = (event: string) => heard.filter((one) => one === event).length;
  return { client, folder, profile: join(folder, 'session-bare'), heard, qrs, count };
}

/** The same, linked with a number of its own, and ready. */
export async function aLinkedBareClient(web: WhatsAppWeb, options: BareOptions = {}) {
  numbers += 1;
  const phone = web.phone(`+1556000${String(numbers).padStart(4, '0')}`);
  const bare = aBareClient(web, options);
  await bare.client.initialize();
  await waitFor(() => bare.qrs.length > 0, { what: 'a code', timeoutMs: 30_000 });
  phone.scan(bare.qrs[0] ?? '');
  await waitFor(() => bare.count('ready') > 0, { what: 'ready', timeoutMs: 30_000 });
  return { ...bare, phone };
}
