import type { Files } from './content.ts';
import type { LinkedDevice } from './linked-device.ts';
import type { AnswerPage, PageConnection } from './page-connection.ts';
import type { PageAskAnswer, PageAskArgs, PageAskName, WireSession } from './wire.ts';

type Servers = {
  readonly files: Files;
  deviceOf(page: PageConnection): LinkedDevice | undefined;
  hello(page: PageConnection, session: WireSession | null, how: { fresh: boolean; tab: string }): void;
  newRef(page: PageConnection): string;
  newCode(page: PageConnection, jid: string): string;
};

type Answers = { readonly [K in PageAskName]: (page: PageConnection, args: PageAskArgs<K>) => PageAskAnswer<K> };

/** What the servers answer to each thing a page can ask. */
export function answersOf(servers: Servers): AnswerPage {
  const deviceOf = (page: PageConnection): LinkedDevice => {
    const device = servers.deviceOf(page);
    if (!device?.linked) throw new Error('not logged in');
    return device;
  };
  const accountOf = (page: PageConnection) => deviceOf(page).account;

  const answers: Answers = {
    hello(page, { session, ...how }) {
      servers.hello(page, session, how);
      return null;
    },
    ref: (page) => servers.newRef(page),
    pairingCode: (page, { phone }) => servers.newCode(page, `${phone.replace(/\D/g, '')}@c.us`),
    synced(page) {
      page.synced = true;
      return null;
    },
    send: (page, { message }) => deviceOf(page).take(message),
    upload: (_page, { base64 }) => ({ directPath: servers.files.put(Buffer.from(base64, 'base64')) }),
    download(_page, { directPath }) {
      const bytes = servers.files.get(directPath);
      return bytes ? Buffer.from(bytes).toString('base64') : null;
    },
    earlier: (page, { chat, before, limit }) => accountOf(page).earlier(chat, before, limit),
    find: (page, { key }) => accountOf(page).find(key) ?? null,
    exists(page, { jid }) {
      const person = accountOf(page).person(jid);
      return person ? { jid: person.jid, lid: person.lid, phone: person.phone, name: person.name } : null;
    },
    typing(page, { chat, state }) {
      accountOf(page).typing.push({ chat, state });
      return null;
    },
    seen(page, { chat }) {
      accountOf(page).markSeen(chat);
      return null;
    },
    edit(page, { key, text }) {
      accountOf(page).edit(key, text, deviceOf(page));
      return null;
    },
    revoke(page, { key }) {
      accountOf(page).revoke(key, deviceOf(page));
      return null;
    },
    react(page, { key, emoji }) {
      accountOf(page).react(key, accountOf(page).jid, emoji, deviceOf(page));
      return null;
    },
    logout(page) {
      deviceOf(page).unlink(null);
      return null;
    },
  };
  return (page, name, args) => answers[name](page, args as never);
}
