import type { WirePerson } from '../wire.ts';
import type { Line } from './line.ts';
import { Collection, Model } from './model.ts';
import { me } from './store.ts';
import { createWid, type Wid } from './wid.ts';

class ContactModel extends Model {
  declare readonly id: Wid;
}

/** Who is behind which address, as far as this page has asked. */
const cache = new Map<string, WirePerson>();
const contacts = new Collection<ContactModel>();

/** Asks WhatsApp whether there is somebody under this address; null when there is nobody. */
export async function knownPerson(line: Line, wid: Wid): Promise<WirePerson | null> {
  const person = await line.ask('exists', { jid: wid._serialized });
  for (const jid of [person?.jid, person?.lid, person?.phone]) if (person && jid) cache.set(jid, person);
  return person;
}

const widOrNothing = (jid: string | null | undefined) => (jid ? createWid(jid) : undefined);

/** The modules that know people: contacts, hidden ids, who is on WhatsApp, who we are. */
export function peopleModules(line: Line): Record<string, object> {
  const Contact = Object.assign(contacts, {
    async find(like: unknown): Promise<ContactModel> {
      const id = createWid(like);
      const known = contacts.get(id);
      if (known) return known;
      const person = id.isUser() ? await knownPerson(line, id) : null;
      return contacts.add(
        new ContactModel({
          id,
          name: person?.name || undefined,
          pushname: person?.name ?? '',
          phoneNumber: id.isLid() ? widOrNothing(person?.phone) : undefined,
          isBusiness: false,
          isEnterprise: false,
          isContactBlocked: false,
          onWhatsApp: person !== null,
        }),
      );
    },
  });
  const nameOf = (contact: ContactModel) => contact.pushname;
  const nothing = () => undefined;
  return {
    Contact,
    Blocklist: new Collection(),
    BusinessProfile: { find: async () => ({}) },
    WAWebApiContact: {
      getCurrentLid: (wid: Wid) => widOrNothing(cache.get(wid._serialized)?.lid),
      getPhoneNumber: (wid: Wid) => widOrNothing(cache.get(wid._serialized)?.phone),
      getAlternateUserWid: (wid: Wid) => {
        const person = cache.get(wid._serialized);
        return widOrNothing(wid.isLid() ? person?.phone : person?.lid);
      },
    },
    WAWebQueryExistsJob: {
      async queryWidExists(wid: Wid) {
        const person = await knownPerson(line, wid);
        return person ? { wid: createWid(wid.isLid() ? wid : (person.phone ?? person.jid)) } : null;
      },
    },
    WAWebLidMigrationUtils: { toPn: (wid: Wid) => widOrNothing(cache.get(wid._serialized)?.phone) },
    WAWebContactGetters: {
      getIsMe: (contact: ContactModel) => contact.id._serialized === me.account?.jid,
      getIsUser: (contact: ContactModel) => contact.id.isUser(),
      getIsGroup: (contact: ContactModel) => contact.id.isGroup(),
      getIsWAContact: (contact: ContactModel) => contact.onWhatsApp,
      getUserid: (contact: ContactModel) => contact.id.user,
      getVerifiedName: nothing,
      getVerifiedLevel: nothing,
      getStatusMute: nothing,
      getName: (contact: ContactModel) => contact.name,
      getShortName: nameOf,
      getPushname: nameOf,
      getIsEnterprise: () => false,
    },
    WAWebFrontendContactGetters: { getIsMyContact: (contact: ContactModel) => contact.name !== undefined },
    WAWebUserPrefsMeUser: {
      getMaybeMePnUser: () => widOrNothing(me.account?.jid),
      getMaybeMeLidUser: () => widOrNothing(me.account?.lid),
      getMePNUserOrThrow: () => createWid(me.account?.jid),
    },
  };
}
