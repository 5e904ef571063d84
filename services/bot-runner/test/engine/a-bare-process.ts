import { fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Chromium, findChromium } from '@wbm/chromium';
import { type WhatsAppWeb, waitFor } from '@wbm/testkit';
import { onTestFinished } from 'vitest';
import { killGroup } from '../../src/engine/child/whatsapp-web/kill-group.ts';
import { browsersOn } from '../../src/engine/child/whatsapp-web/profile-users.ts';
import { aFolder } from './an-engine.ts';

const program = fileURLToPath(new URL('./a-bare-main.ts', import.meta.url));

/** The browser that bots prefer, and a whole Chromium where there is one: a headless shell knows no locks. */
export const anyChromium: Chromium = findChromium(null) ?? {
  path: process.env.CHROMIUM_PATH ?? '',
  shell: /headless[-_]shell/.test(process.env.CHROMIUM_PATH ?? ''),
};
export const wholeChromium: Chromium = findChromium(null, (path) => findChromium(path)?.shell === false) ?? anyChromium;

let numbers = 0;

type Told = { readonly event: string; readonly detail: unknown };
type BareOptions = {
  readonly folder?: string;
  readonly chromium?: Chromium;
  readonly client?: object;
  readonly puppeteer?: object;
  readonly endsInOrder?: boolean;
};

/** The library as it comes, in a process of its own with its defaults, for control runs that end processes. */
export function aBareProcess(web: WhatsAppWeb, { chromium = anyChromium, ...options }: BareOptions = {}) {
  const folder = options.folder ?? aFolder('bare');
  const profile = join(folder, 'session-bare');
  const args = [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-gpu', ...web.browserArgs];
  const given = {
    webVersion: web.version,
    webVersionCache: { type: 'local', path: web.cachePath, strict: true },
    puppeteer: { executablePath: chromium.path, headless: chromium.shell ? 'shell' : true, args, ...options.puppeteer },
    ...options.client,
  };
  const child = fork(program, [folder, JSON.stringify(given), options.endsInOrder ? 'ends-in-order' : ''], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const told: Told[] = [];
  child.on('message', (message) => told.push(message as Told));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    for (const pid of browsersOn(profile)) killGroup(pid);
    await waitFor(async () => browsersOn(profile).length === 0, { what: 'the bare Chromium to end' });
  });
  return {
    folder,
    profile,
    told,
    ended,
    isRunning,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** What it told with this event, the first time. */
    hears: async (event: string): Promise<unknown> =>
      (
        await waitFor(async () => told.find((one) => one.event === event) ?? null, {
          what: `${event} among ${told.map((one) => one.event).join(', ')}`,
          timeoutMs: 40_000,
        })
      ).detail,
  };
}

/** The same, linked with a number of its own, and ready. */
export async function aLinkedBareProcess(web: WhatsAppWeb, options: BareOptions = {}) {
  numbers += 1;
  const phone = web.phone(`+1558000${String(numbers).padStart(4, '0')}`);
  const bare = aBareProcess(web, options);
  phone.scan(String(await bare.hears('qr')));
  await bare.hears('ready');
  return { ...bare, phone };
}
