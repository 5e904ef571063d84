import type { Account } from './account.ts';
import type { Customer, CustomerOptions, Device, Group, Phone } from './api.ts';
import type { LinkedDevice } from './linked-device.ts';

type Linking = {
  scan(account: Account, qr: string): LinkedDevice;
  enterCode(account: Account, code: string): LinkedDevice;
};

/** The business's own phone, on an account. */
export function aPhone(account: Account, linking: Linking): Phone {
  const customers = new Map<string, Customer>();
  const me = { fromMe: true, author: null };
  return {
    number: `+${account.jid.split('@')[0]}`,
    jid: account.jid,
    lid: account.lid,
    scan: (qr) => linking.scan(account, qr),
    enterCode: (code) => linking.enterCode(account, code),
    get device(): Device {
      const device = account.devices.at(-1);
      if (!device) throw new Error('no device was ever linked to this phone');
      return device;
    },
    devices: account.devices,
    customer(who) {
      const options = typeof who === 'string' ? { phone: who } : who;
      const known = customers.get(nameOf(options));
      if (known) return known;
      const customer = aCustomer(account, options);
      customers.set(nameOf(options), customer);
      return customer;
    },
    group: (name, members) => aGroup(account, name, members),
    sent: account.sent,
    actions: account.actions,
    typing: account.typing,
    seen: account.seen,
    answers: (customer, content, options) => account.write({ ...me, chat: customer.jid }, content, options),
    edits: (id, text) => account.edit(account.keyOfId(id, true), text),
    revokes: (id) => account.revoke(account.keyOfId(id, true)),
    reacts: (id, emoji) => account.react(anyKey(account, id), account.jid, emoji),
    broadcast: (jid, author, content) => account.write({ chat: jid, fromMe: false, author: author.jid }, content),
    unlink(device, way = 'logout') {
      const linked = account.devices.findLast((one) => (device ? one === device : one.linked));
      if (!linked) throw new Error('no device to unlink');
      linked.unlink(way);
    },
  };
}

function nameOf({ phone, lid }: CustomerOptions): string {
  return phone ?? `lid:${lid}`;
}

function anyKey(account: Account, id: string): string {
  try {
    return account.keyOfId(id, false);
  } catch {
    return account.keyOfId(id, true);
  }
}

function aCustomer(account: Account, options: CustomerOptions): Customer {
  const phone = options.phone === undefined ? null : `${options.phone.replace(/\D/g, '')}@c.us`;
  const lid = options.lid === undefined ? null : `${options.lid}@lid`;
  const jid = phone === null || options.addressedBy === 'lid' ? lid : phone;
  if (jid === null) throw new Error('a customer has a phone or a lid');
  const { name = '', onWhatsApp = true, mustWriteFirst = false } = options;
  account.meet({ jid, phone, lid, name, onWhatsApp, mustWriteFirst });

  const voice = { chat: jid, fromMe: false, author: null };
  return {
    jid,
    writes: (content, how) => account.write(voice, content, how),
    writesUndecrypted: ({ subtype, ...how } = {}) =>
      account.write(voice, { type: 'ciphertext', fields: { subtype } }, how),
    decrypts: (id, content) => account.decrypt(account.keyOfId(id, false), content),
    edits: (id, text) => account.edit(account.keyOfId(id, false), text),
    revokes: (id) => account.revoke(account.keyOfId(id, false)),
    reacts: (id, emoji) => account.react(anyKey(account, id), jid, emoji),
    acks: (id, ack) => account.ack(account.keyOfId(id, true), ack),
    history: (messages) => account.remember(jid, messages),
    get received() {
      return account.sent.filter((message) => message.chat === jid);
    },
  };
}

let groups = 0;

function aGroup(account: Account, name: string, members: readonly Customer[]): Group {
  groups += 1;
  const jid = `12036300000${String(groups).padStart(6, '0')}@g.us`;
  account.chat(jid, name, [account.jid, ...members.map((member) => member.jid)]);
  return {
    jid,
    writes: (author, content, options) =>
      account.write({ chat: jid, fromMe: false, author: author.jid }, content, options),
  };
}
