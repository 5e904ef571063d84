export interface Identity {
  readonly phone: string | null;
  readonly lid: string | null;
}

type Lookup = (jid: string, ask: boolean) => Promise<Identity>;

const UNKNOWN_FOR_MS = 60_000;
/** Asking may take seconds until it fails, and the next message waits for the same answer. */
const FAILED_FOR_MS = 10_000;
const KEPT = 10_000;

/**
 * Who is behind an address: the phone number, the hidden id (LID), or both. What is known is kept; what WhatsApp did not
 * say is asked again after a while. However many want to know at the same time, it is asked once.
 */
export class Identities {
  readonly #lookup: Lookup;
  readonly #nowMs: () => number;
  readonly #known = new Map<string, { identity: Identity; untilMs: number }>();
  /** What is being asked just now. */
  readonly #asked = new Map<string, Promise<Identity>>();

  constructor(lookup: Lookup, nowMs: () => number = () => performance.now()) {
    this.#lookup = lookup;
    this.#nowMs = nowMs;
  }

  /** Never rejects: what cannot be asked is answered from the address alone. `ask`: over the network, if need be. */
  async of(jid: string, ask: boolean): Promise<Identity> {
    const wanted = (known: Identity) => known.phone !== null && (known.lid !== null || !ask);
    const kept = this.#known.get(jid);
    if (kept && (wanted(kept.identity) || kept.untilMs > this.#nowMs())) return kept.identity;
    const question = `${jid} ${ask}`;
    const asked =
      this.#asked.get(question) ??
      this.#ask(jid, ask, kept?.identity ?? identityOfJid(jid)).finally(() => this.#asked.delete(question));
    this.#asked.set(question, asked);
    return asked;
  }

  async #ask(jid: string, ask: boolean, before: Identity): Promise<Identity> {
    let answer: Promise<Identity>;
    try {
      answer = this.#lookup(jid, ask);
    } catch {
      return before; // No session is there to be asked; the next one may be.
    }
    return answer.then(
      ({ phone, lid }) => this.#keep(jid, { phone: e164(phone) ?? before.phone, lid: digits(lid) ?? before.lid }),
      () => this.#keep(jid, before, FAILED_FOR_MS),
    );
  }

  #keep(jid: string, identity: Identity, forMs = UNKNOWN_FOR_MS): Identity {
    this.#known.set(jid, { identity, untilMs: this.#nowMs() + forMs });
    for (const key of this.#known.keys()) {
      if (this.#known.size <= KEPT) break;
      this.#known.delete(key);
    }
    return identity;
  }
}

/** What an address says by itself. */
export function identityOfJid(jid: string): Identity {
  const [user = '', server] = jid.split('@');
  if (server === 'lid') return { phone: null, lid: digits(user) };
  return { phone: server === 'c.us' ? e164(user) : null, lid: null };
}

/** Every address under which this person's chat may be. */
export function addresses(jid: string, { phone, lid }: Identity): string[] {
  const all = [jid, phone === null ? null : `${phone.slice(1)}@c.us`, lid === null ? null : `${lid}@lid`];
  return [...new Set(all.filter((one) => one !== null))];
}

function e164(user: string | null): string | null {
  return user !== null && /^\d{6,15}$/.test(user) ? `+${user}` : null;
}

function digits(user: string | null): string | null {
  return user !== null && /^\d{4,24}$/.test(user) ? user : null;
}
