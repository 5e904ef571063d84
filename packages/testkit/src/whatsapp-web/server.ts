import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import { closeAfterwards } from '../cleanup.ts';
import { aPhone } from './a-phone.ts';
import { Account } from './account.ts';
import { answersOf } from './answers.ts';
import type { Phone, WhatsAppWeb } from './api.ts';
import { goodDay, type PageBehaviour, testBrowserArgs } from './behaviour.ts';
import { Files } from './content.ts';
import { LinkedDevice } from './linked-device.ts';
import { PageConnection } from './page-connection.ts';
import { pageHtml } from './page-html.ts';
import type { WireSession } from './wire.ts';

const VERSION = '2.3000.9999';
/** A file of 200 MB travels as base64 in one frame. */
const LARGEST_FRAME = 512 * 1024 * 1024;

/** Starts the pretended servers and writes the page that talks to them. Closed with the test file at the latest. */
export async function openWhatsAppWeb(): Promise<WhatsAppWeb> {
  const files = new Files();
  const accounts = new Map<string, { readonly account: Account; readonly phone: Phone }>();
  const pages = new Map<PageConnection, LinkedDevice | null>();
  const refs = new Map<string, PageConnection>();
  const codes = new Map<string, { readonly page: PageConnection; readonly jid: string }>();
  let ofAll: Partial<PageBehaviour> = {};
  let up = true;

  const devices = () => [...accounts.values()].flatMap(({ account }) => account.devices);
  const newRef = (page: PageConnection) => {
    for (const [ref, owner] of refs) if (owner === page) refs.delete(ref);
    const ref = `2@${randomBytes(24).toString('base64url')}`;
    refs.set(ref, page);
    return ref;
  };
  const link = (account: Account, page: PageConnection | undefined) => {
    if (!page?.open) throw new Error('no page shows this code any more');
    if ({ ...goodDay, ...ofAll }.passkey) {
      page.send({ frame: 'passkey' });
      throw new Error('the page asks for a passkey');
    }
    const device = new LinkedDevice(account, () => ofAll);
    page.send({ frame: 'linked', session: device.session });
    return device;
  };
  const hello = (page: PageConnection, session: WireSession | null, how: { fresh: boolean; tab: string }) => {
    const known = devices().find(({ linked, session: own }) => linked && own.device === session?.device);
    const device = known?.session.secret === session?.secret ? known : undefined;
    pages.set(page, device ?? null);
    if (device) return device.attach(page, how);
    void page.sayBehaviour({ ...goodDay, ...ofAll });
    page.send({ frame: 'unlinked', ref: newRef(page) });
  };
  const answers = answersOf({
    files,
    deviceOf: (page) => pages.get(page) ?? undefined,
    hello,
    newRef,
    newCode(page, jid) {
      const code = randomBytes(8).toString('hex').slice(0, 8).toUpperCase();
      codes.set(code, { page, jid });
      return code;
    },
  });

  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    maxPayload: LARGEST_FRAME,
    verifyClient: () => up,
  });
  server.on('connection', (socket, request) => {
    const page = new PageConnection(socket, request, answers);
    pages.set(page, null);
    page.onClose(() => {
      pages.get(page)?.detach(page);
      pages.delete(page);
    });
  });
  await new Promise<void>((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const cachePath = await mkdtemp(join(tmpdir(), 'whatsapp-web-'));
  await writeFile(
    join(cachePath, `${VERSION}.html`),
    pageHtml({ url: `ws://127.0.0.1:${port}`, version: VERSION, behaviour: goodDay }),
  );

  const close = async () => {
    for (const page of pages.keys()) page.cut();
    await new Promise((resolve) => server.close(resolve));
    await rm(cachePath, { recursive: true, force: true });
  };
  closeAfterwards('pretended WhatsApp', close);

  return {
    version: VERSION,
    cachePath,
    browserArgs: testBrowserArgs,
    phone(number, { name = 'Shop', lid } = {}) {
      const jid = `${number.replace(/\D/g, '')}@c.us`;
      const known = accounts.get(jid);
      if (known) return known.phone;
      const account = new Account(files, { jid, lid: `${lid ?? `9${jid.split('@')[0]}`}@lid`, name });
      account.meet({ jid, phone: jid, lid: account.lid, name, onWhatsApp: true, mustWriteFirst: false });
      const phone = aPhone(account, {
        scan: (owner, qr) => link(owner, refs.get(qr.split(',')[0] ?? '')),
        enterCode(owner, code) {
          const entry = codes.get(code.replace(/\W/g, '').toUpperCase());
          if (entry && entry.jid !== owner.jid) throw new Error('this code is for another number');
          return link(owner, entry?.page);
        },
      });
      accounts.set(jid, { account, phone });
      return phone;
    },
    get devices() {
      return devices();
    },
    get unlinkedPages() {
      return [...pages.values()].filter((device) => device === null).length;
    },
    async behave(change) {
      ofAll = { ...ofAll, ...change };
      const here = [...pages].map(([page, device]) => page.sayBehaviour(device?.behaviour ?? { ...goodDay, ...ofAll }));
      await Promise.all(here);
    },
    network(state) {
      up = state === 'up';
      if (!up) for (const page of pages.keys()) page.cut();
    },
    close,
  };
}
