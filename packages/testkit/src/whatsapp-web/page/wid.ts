/** An address. Its parts are own properties, because only those travel to Node. */
export class Wid {
  readonly server: string;
  readonly user: string;
  readonly _serialized: string;

  constructor(address: string) {
    const [user = '', server = 'c.us'] = address.split('@');
    this.user = user;
    this.server = server === 's.whatsapp.net' ? 'c.us' : server;
    this._serialized = `${this.user}@${this.server}`;
  }

  isUser(): boolean {
    return this.server === 'c.us' || this.server === 'lid';
  }
  isLid(): boolean {
    return this.server === 'lid';
  }
  isGroup(): boolean {
    return this.server === 'g.us';
  }
  isStatus(): boolean {
    return this._serialized === 'status@broadcast';
  }
  isBroadcast(): boolean {
    return this.server === 'broadcast';
  }
  isNewsletter(): boolean {
    return this.server === 'newsletter';
  }
  equals(other: unknown): boolean {
    return other instanceof Wid && other._serialized === this._serialized;
  }
  toJid(): string {
    return this.server === 'c.us' ? `${this.user}@s.whatsapp.net` : this._serialized;
  }
  toString(): string {
    return this._serialized;
  }
}

/** Takes an address, a Wid, or what is left of one after a journey through Node. */
export function createWid(like: unknown): Wid {
  if (like instanceof Wid) return like;
  if (typeof like === 'object' && like !== null && '_serialized' in like) return new Wid(String(like._serialized));
  if (typeof like === 'string' && like.includes('@')) return new Wid(like);
  throw new Error('wid error: invalid wid');
}

/** The module `WAWebWidFactory`. */
export const widFactory = {
  createWid,
  createWidFromWidLike: createWid,
  createUserWidOrThrow: createWid,
  asUserWidOrThrow(like: unknown): Wid {
    const wid = createWid(like);
    if (!wid.isUser()) throw new Error('wid error: not a user');
    return wid;
  },
};
