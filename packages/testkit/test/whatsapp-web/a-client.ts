import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeAfterwards, type WhatsAppWeb, waitFor } from '@wbm/testkit';
import wweb, { type Client, type ClientOptions, type Message } from 'whatsapp-web.js';

const browsers = [
  process.env.CHROMIUM_PATH ?? '',
  '/usr/lib/chromium/chromium-headless-shell',
  '/usr/lib/chromium/chromium',
  '/usr/bin/chromium',
];

/** Everything a client told, oldest first, as `[event, arguments]`. */
export interface TestClient {
  readonly client: Client;
  readonly told: readonly (readonly [event: string, args: readonly unknown[]])[];
  /** How often it told this. */
  count(event: string): number;
  /** The arguments of the n-th time (from 0) it tells this; waits for it. */
  next<T extends unknown[] = [string]>(event: string, n?: number): Promise<T>;
  /** The message of this text, from `message_create`; waits for it. */
  message(text: string): Promise<Message>;
  destroy(): Promise<void>;
}

/** A folder for sessions that goes with the test file. */
export async function aSessionFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'whatsapp-session-'));
  closeAfterwards('session folder', () => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** The real library, as it is, on the pretended page. It is not started yet. */
export function aClient(whatsapp: WhatsAppWeb, dataPath: string, options: Partial<ClientOptions> = {}): TestClient {
  const executablePath = browsers.find((path) => path !== '' && existsSync(path));
  if (!executablePath) throw new Error('no Chromium: set CHROMIUM_PATH');
  const { puppeteer, ...others } = options;
  const client = new wweb.Client({
    authStrategy: new wweb.LocalAuth({ clientId: 'bot', dataPath }),
    webVersion: whatsapp.version,
    webVersionCache: { type: 'local', path: whatsapp.cachePath, strict: true },
    ...others,
    puppeteer: {
      executablePath,
      headless: executablePath.includes('headless-shell') ? 'shell' : true,
      pipe: true,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      args: ['--no-sandbox', '--disable-gpu', '--disable-software-rasterizer', ...whatsapp.browserArgs],
      ...puppeteer,
    },
  });
  const told: [string, unknown[]][] = [];
  const emit = client.emit.bind(client);
  client.emit = (event, ...args) => {
    told.push([String(event), args]);
    return emit(event, ...args);
  };
  const of = (event: string) => told.filter(([name]) => name === event);
  const destroy = async () => {
    const pid = client.pupBrowser?.process()?.pid;
    await client.destroy();
    if (pid !== undefined) await waitFor(() => !existsSync(`/proc/${pid}`), { what: 'the browser to end' });
  };
  closeAfterwards('client', destroy);
  return {
    client,
    told,
    count: (event) => of(event).length,
    next: (event, n = 0) =>
      waitFor(() => of(event)[n]?.[1] as never, {
        what: `${event} ${n} of ${told.map(([name]) => name)}`,
        timeoutMs: 60_000,
      }),
    message: (text) =>
      waitFor(
        () =>
          of('message_create')
            .map(([, [message]]) => message as Message)
            .find(({ body }) => body === text),
        { what: `the message ${text}`, timeoutMs: 60_000 },
      ),
    destroy,
  };
}

/** A client whose QR code is scanned and which is ready. */
export async function aReadyClient(whatsapp: WhatsAppWeb, number: string, options: Partial<ClientOptions> = {}) {
  const folder = await aSessionFolder();
  const bot = aClient(whatsapp, folder, options);
  const phone = whatsapp.phone(number);
  // Slow as the machine may be, the code it shows is the one that is scanned.
  await whatsapp.behave({ refLivesMs: 600_000 });
  await bot.client.initialize();
  const [qr] = await bot.next('qr');
  const device = phone.scan(qr);
  await bot.next('ready');
  return { bot, phone, device, folder };
}
